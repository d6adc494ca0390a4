// SPDX-License-Identifier: MIT

#include "cli/genesis_result.hpp"

#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/commands.hpp"
#include "cli/files.hpp"
#include "cli/output.hpp"
#include "cli/subnet_text.hpp"
#include "cli/terminal.hpp"
#include "cli/text.hpp"
#include "yuma/identity/wallet.hpp"

namespace yuma::cli {

int write_genesis(const char* about, const std::string& given, const Genesis& genesis,
                  const std::string& before, const std::vector<std::string>& warnings) {
  const std::string path = expand_home(given);
  const auto file = encode_genesis(genesis);
  if (!file.ok()) return complain(about, file.status());
  auto sealed = sealed_state(genesis);
  if (!sealed.ok()) return complain(about, sealed.status());
  if (auto status = create_file(path, *file); !status.ok()) return complain(about, status);
  const SubnetSource source{SubnetSource::Kind::kGenesis, path, std::move(sealed->state),
                            sealed->block_id, genesis.origin};
  const std::size_t width = columns();
  const std::string next =
      absl::StrCat("wrote ", printable(path),
                   ". Every validator starts with this file: compare the network's id, aloud:");
  return print_result(absl::StrCat(before, subnet_text(source, Detail::kShort, width, warnings),
                                   "\n", wrapped(next, 0, width),
                                   aloud_text(source.state.subnet.network)));
}

}  // namespace yuma::cli
