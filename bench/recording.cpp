// SPDX-License-Identifier: MIT

#include "bench/recording.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <utility>

namespace yuma::bench {

namespace {

constexpr std::size_t kMost = std::size_t{1} << 30;  // bytes or elements of anything in a file

void write_status(ScaleWriter& out, const seal::Status& status) {
  out.number(status.sealed_epoch);
  out.raw(status.sealed_block);
  out.number(status.block_number);
  out.list(status.held, [&](const seal::HeldObject& held) {
    out.number(static_cast<std::uint8_t>(held.kind));
    out.number(held.uid);
    out.raw(held.id);
  });
}

seal::Status read_status(ScaleReader& in) {
  seal::Status status;
  status.sealed_epoch = in.number<std::uint64_t>();
  status.sealed_block = in.array<32>();
  status.block_number = in.number<std::uint64_t>();
  status.held = in.list<seal::HeldObject>(kMost, 35, [&] {
    const auto kind = static_cast<ObjectKind>(in.number<std::uint8_t>());
    const auto uid = in.number<std::uint16_t>();
    return seal::HeldObject{kind, uid, in.array<32>()};
  });
  return status;
}

// Each event is its index in seal::Event and what follows.
struct WriteEvent {
  ScaleWriter& out;

  void operator()(const seal::ObjectReceived& event) const {
    out.option(event.from, [&](std::uint16_t uid) { out.number(uid); });
    out.blob(must(encode_object(event.object)));
  }
  void operator()(const seal::StatusReceived& event) const {
    out.number(event.from);
    write_status(out, event.status);
  }
  void operator()(const seal::ClockAt& event) const { out.number(event.number); }
  void operator()(const seal::TimerFired&) const {}
  void operator()(const seal::BodySigned& event) const {
    out.blob(must(encode_object(event.object)));
  }
  void operator()(const seal::WeightsChosen& event) const {
    out.number(event.version_key);
    out.numbers<std::uint16_t>(event.salt);
    out.numbers<std::uint16_t>(event.uids);
    out.numbers<std::uint16_t>(event.values);
  }
};

void read(ScaleReader& in, seal::ObjectReceived& event) {
  event.from = in.option<std::uint16_t>([&] { return in.number<std::uint16_t>(); });
  event.object = must(decode_object(in.blob(kMost)));
}
void read(ScaleReader& in, seal::StatusReceived& event) {
  event.from = in.number<std::uint16_t>();
  event.status = read_status(in);
}
void read(ScaleReader& in, seal::ClockAt& event) { event.number = in.number<std::uint64_t>(); }
void read(ScaleReader&, seal::TimerFired&) {}
void read(ScaleReader& in, seal::BodySigned& event) {
  event.object = std::get<SignedObject>(must(decode_object(in.blob(kMost))));
}
void read(ScaleReader& in, seal::WeightsChosen& event) {
  event.version_key = in.number<std::uint64_t>();
  event.salt = in.numbers<std::uint16_t>(kMost);
  event.uids = in.numbers<std::uint16_t>(kMost);
  event.values = in.numbers<std::uint16_t>(kMost);
}

/// The alternative with this index, read.
template <std::size_t Index = 0>
seal::Event read_event(ScaleReader& in, std::size_t index) {
  if constexpr (Index < std::variant_size_v<seal::Event>) {
    if (index != Index) return read_event<Index + 1>(in, index);
    std::variant_alternative_t<Index, seal::Event> event;
    read(in, event);
    return event;
  }
  fail("an unknown event");
}

struct NameOf {
  std::string operator()(const seal::ObjectReceived& event) const {
    if (const auto* one = std::get_if<SignedObject>(&event.object)) return name(one->kind);
    if (std::holds_alternative<SignedAmendment>(event.object)) return "amendment";
    return std::holds_alternative<SealBody>(event.object) ? "seal" : "fault";
  }
  std::string operator()(const seal::StatusReceived&) const { return "status"; }
  std::string operator()(const seal::ClockAt&) const { return "clock"; }
  std::string operator()(const seal::TimerFired&) const { return "timer"; }
  std::string operator()(const seal::BodySigned& event) const {
    return "signed " + name(event.object.kind);
  }
  std::string operator()(const seal::WeightsChosen&) const { return "weights"; }

  static std::string name(ObjectKind kind) { return std::string(kind_name(kind)); }
};

}  // namespace

void fail(std::string_view what) {
  std::fprintf(stderr, "agreement_bench: %s\n", std::string(what).c_str());
  std::exit(1);
}

Bytes encode_status(const seal::Status& status) {
  ScaleWriter out;
  write_status(out, status);
  return out.take();
}

Bytes encode_event(const seal::Event& event) {
  ScaleWriter out;
  out.number(static_cast<std::uint8_t>(event.index()));
  std::visit(WriteEvent{out}, event);
  return out.take();
}

seal::Event decode_event(ByteView bytes) {
  ScaleReader in(bytes);
  const auto index = in.number<std::uint8_t>();
  seal::Event event = read_event(in, index);
  if (!in.finish().ok()) fail("an event that cannot be read");
  return event;
}

std::string name_of(const seal::Event& event) { return std::visit(NameOf{}, event); }

void write_recording(const Recording& recording, const std::string& path) {
  ScaleWriter out;
  out.blob(recording.genesis);
  out.number(static_cast<std::uint8_t>(recording.own.scheme));
  out.raw(recording.own.bytes);
  out.list(recording.events, [&](const Bytes& event) { out.blob(event); });
  out.compact(recording.begin);
  out.compact(recording.waiting);
  std::ofstream file(path, std::ios::binary);
  const auto& bytes = out.bytes();
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) fail("cannot write " + path);
}

Recording read_recording(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const Bytes bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  ScaleReader in(bytes);
  const auto blob = [&] {
    const ByteView view = in.blob(kMost);
    return Bytes(view.begin(), view.end());
  };
  Recording out;
  out.genesis = blob();
  out.own.scheme = static_cast<Scheme>(in.number<std::uint8_t>());
  out.own.bytes = in.array<32>();
  out.events = in.list<Bytes>(kMost, 1, blob);
  out.begin = in.compact();
  out.waiting = in.compact();
  if (!in.finish().ok()) fail("cannot read " + path);
  return out;
}

}  // namespace yuma::bench
