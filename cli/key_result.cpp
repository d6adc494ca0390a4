// SPDX-License-Identifier: MIT

#include "cli/key_result.hpp"

#include "absl/strings/str_cat.h"
#include "cli/commands.hpp"
#include "cli/key_info.hpp"
#include "cli/output.hpp"

namespace yuma::cli {

int print_written_key(const KeyPlace& place, const KeyFile& file, bool json, bool phrase) {
  const std::string words(phrase ? file.phrase.text() : "");
  if (json) {
    nlohmann::ordered_json out;
    out["path"] = place.path;
    out["publicPath"] = place.public_path;
    add_public_key(out, file.public_key);
    if (phrase) out["secretPhrase"] = words;
    return print_result(printed(out));
  }
  const std::string_view scheme = scheme_name(file.public_key.scheme);
  return print_result(
      absl::StrCat("address  ", file.public_key.address(), "\n",                        //
                   "scheme   ", absl::string_view(scheme.data(), scheme.size()), "\n",  //
                   "key      ", printable(place.path), "\n",                            //
                   "public   ", printable(place.public_path), "\n",                     //
                   phrase ? absl::StrCat("secret phrase (keep it safe)  ", words, "\n") : ""));
}

}  // namespace yuma::cli
