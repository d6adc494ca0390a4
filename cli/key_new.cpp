// SPDX-License-Identifier: MIT

// key new: a new key in a wallet.

#include <memory>

#include "absl/strings/str_cat.h"
#include "cli/key_commands.hpp"
#include "cli/key_result.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "yuma/identity/mnemonic.hpp"

namespace yuma::cli {

namespace {

struct Options {
  KeyChoice choice;
  Scheme scheme = Scheme::kSr25519;
  int words = 12;
  Sealing sealing;
  bool json = false, print_phrase = false, no_phrase = false;
};

/// Words in lines of four, with their numbers.
Secret numbered(const Secret& phrase) {
  constexpr int kWordsInLine = 4;
  constexpr std::size_t kNumbersAndBlanks = 384;  // 16 for each of 24 words
  Secret out(phrase.size() + kNumbersAndBlanks);
  std::size_t size = 0;
  const auto put = [&](std::string_view text) {
    std::copy(text.begin(), text.end(), out.bytes().begin() + std::ptrdiff_t(size));
    size += text.size();
  };
  std::string_view rest = phrase.text();
  for (int n = 1; !rest.empty(); ++n) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    put(absl::StrCat(n < 10 ? "   " : "  ", n, " "));
    put(word);
    if (n % kWordsInLine == 0 || rest.empty()) {
      put("\n");
    } else {
      put(std::string_view("         ").substr(0, 9 - std::min<std::size_t>(word.size(), 8)));
    }
  }
  return Secret::copy_of(out.bytes().first(size));
}

void show_phrase(const Secret& phrase) {
  const bool shown =
      show_on_terminal(
          "\nThe secret phrase of this key. Whoever has it has the key, and all it owns.\n"
          "Write it down on paper, now, and keep it apart from this machine:\n\n") &&
      show_on_terminal(numbered(phrase).text()) && show_on_terminal("\n");
  if (shown) return;
  tell("the secret phrase could not be shown on a terminal; `key show --secret` shows it");
}

int run(const Options& options) {
  const auto place = place_of(options.choice);
  if (!place.ok()) return complain("key new", place.status());
  if (auto free = check_is_free(*place, options.sealing); !free.ok())
    return complain("key new", free);
  const Secret phrase = new_mnemonic(options.words);
  const auto file = key_file_of_phrase(options.scheme, phrase.text());
  if (!file.ok()) return complain("key new", file.status());
  if (auto status = write_key(*place, *file, options.sealing); !status.ok()) {
    return complain("key new", status);
  }
  if (!options.print_phrase && !options.no_phrase) show_phrase(phrase);
  return print_written_key(*place, *file, options.json, options.print_phrase);
}

}  // namespace

void add_key_new(CLI::App& key, int& exit_code) {
  auto o = std::make_shared<Options>();
  CLI::App* command = key.add_subcommand("new", "make a hotkey, or with --coldkey a coldkey");
  add_key_choice(*command, o->choice, WithFile::kNo);
  add_scheme_option(*command, o->scheme);
  command->add_option("--words", o->words, "words of its phrase: 12 (default), 15, 18, 21, 24")
      ->check(CLI::IsMember({12, 15, 18, 21, 24}))
      ->type_name("N");
  add_sealing_options(*command, o->sealing);
  command->add_flag("--json", o->json, "print the result as JSON");
  auto* no_phrase =
      command->add_flag("--no-phrase", o->no_phrase, "do not show the phrase; the file has it");
  command
      ->add_flag("--print-phrase", o->print_phrase,
                 "print the SECRET phrase with the result,\nnot on the terminal alone")
      ->excludes(no_phrase);
  command->footer(
      "Exit status: 0 done, 1 it could not be written, 2 bad input.\n"
      "Example: key new --wallet mywallet/myhotkey");
  command->callback([o, &exit_code] { exit_code = run(*o); });
}

}  // namespace yuma::cli
