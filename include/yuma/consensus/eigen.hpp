// SPDX-License-Identifier: MIT
#pragma once

// Between Eigen and the epoch: dense matrices in, vectors out. For those whose weights already live
// in Eigen; everything else works on spans.

#include <cstddef>
#include <cstdint>
#include <vector>

#include <Eigen/Core>

#include "yuma/consensus/sparse_rows.hpp"

namespace yuma {

/// A dense matrix, validators by miners, in the order in which rows are stored.
template <class V>
using DenseRows = Eigen::Matrix<V, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// The entries of a dense matrix that are not zero, rows sorted by uid. At most 65,536 columns.
template <class V>
SparseRows<V> sparse_rows(const Eigen::Ref<const DenseRows<V>>& dense) {
  SparseRows<V> rows;
  for (Eigen::Index i = 0; i < dense.rows(); ++i) {
    for (Eigen::Index j = 0; j < dense.cols(); ++j) {
      if (dense(i, j) != V{}) rows.push(static_cast<Uid>(j), dense(i, j));
    }
    rows.end_row();
  }
  return rows;
}

/// Rows as a dense matrix with `columns` columns; of duplicate entries the last counts, entries
/// beyond are left out.
template <class V>
DenseRows<V> dense_rows(const SparseRows<V>& rows, std::size_t columns) {
  DenseRows<V> dense = DenseRows<V>::Zero(static_cast<Eigen::Index>(rows.rows()),
                                          static_cast<Eigen::Index>(columns));
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    const auto row = rows.row(i);
    for (std::size_t k = 0; k < row.size(); ++k) {
      if (row.uids[k] >= columns) continue;
      dense(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(row.uids[k])) = row.values[k];
    }
  }
  return dense;
}

/// A vector of results as an Eigen array, without a copy; valid while the vector is unchanged.
template <class V>
Eigen::Map<const Eigen::Array<V, Eigen::Dynamic, 1>> as_array(const std::vector<V>& values) {
  return {values.data(), static_cast<Eigen::Index>(values.size())};
}

}  // namespace yuma
