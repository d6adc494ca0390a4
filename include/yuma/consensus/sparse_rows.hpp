// SPDX-License-Identifier: MIT
#pragma once

// Sparse matrices as the chain stores them: for each row (a validator) a list of (uid, value)
// pairs. Order and duplicates are kept, since the epoch's result depends on both; an entry of value
// zero is not the same as a missing one.
//
// Compressed rows: the entries of row i are those from offsets[i] up to, not including,
// offsets[i+1].

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace yuma {

/// A uid: the index of a neuron in its subnet.
using Uid = std::uint16_t;

/// One row: uids and values, of equal length.
template <class V>
struct SparseRow {
  std::span<const Uid> uids;
  std::span<const V> values;

  std::size_t size() const { return uids.size(); }
};

/// A view of sparse rows; owns nothing. Empty offsets stand for no rows.
template <class V>
struct SparseRowsView {
  std::span<const std::uint32_t> offsets;
  std::span<const Uid> uids;
  std::span<const V> values;

  std::size_t rows() const { return offsets.empty() ? 0 : offsets.size() - 1; }
  std::size_t entries() const { return uids.size(); }
  SparseRow<V> row(std::size_t i) const {
    const std::size_t begin = offsets[i], count = offsets[i + 1] - begin;
    return {uids.subspan(begin, count), values.subspan(begin, count)};
  }
};

/// Sparse rows that own their entries, built row by row: push() entries, then end_row().
template <class V>
class SparseRows {
 public:
  std::size_t rows() const { return offsets_.size() - 1; }
  std::size_t entries() const { return uids_.size(); }

  SparseRowsView<V> view() const { return {offsets_, uids_, values_}; }
  SparseRow<V> row(std::size_t i) const { return view().row(i); }
  /// The values of row i, to be changed in place.
  std::span<V> row_values(std::size_t i) {
    return std::span<V>(values_).subspan(offsets_[i], offsets_[i + 1] - offsets_[i]);
  }

  void push(Uid uid, V value) {
    uids_.push_back(uid);
    values_.push_back(value);
  }
  void end_row() { offsets_.push_back(static_cast<std::uint32_t>(uids_.size())); }

  /// Appends a whole row.
  void append(SparseRow<V> row) {
    uids_.insert(uids_.end(), row.uids.begin(), row.uids.end());
    values_.insert(values_.end(), row.values.begin(), row.values.end());
    end_row();
  }

  /// Removes all rows; capacity stays.
  void clear() {
    offsets_.resize(1);
    uids_.clear();
    values_.clear();
  }

  friend bool operator==(const SparseRows&, const SparseRows&) = default;

 private:
  std::vector<std::uint32_t> offsets_{0};
  std::vector<Uid> uids_;
  std::vector<V> values_;
};

}  // namespace yuma
