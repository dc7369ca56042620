#include "sandbox/interpreter.h"

#include <elf.h>
#include <string.h>

#include <array>

#include "base/format.h"

namespace sandbox {
namespace {

// Program headers follow the ELF header, and the linker's name follows them, within the first page.
constexpr std::size_t kHead = 4096;

}  // namespace

base::Result<std::optional<os::Path>> interpreter_of(const os::Files& files, const os::Path& program) {
  FFWATT_TRY(const auto file, files.hold(program));
  std::array<char, kHead> head{};
  FFWATT_TRY(const auto size, file->read(head.data(), head.size()));
  Elf64_Ehdr header{};
  if (size < sizeof header || ::memcmp(head.data(), ELFMAG, SELFMAG) != 0 || head[EI_CLASS] != ELFCLASS64)
    return base::Error::absent(base::format(
        "{} is a script, or no program of this machine: what it starts would be closed out with it", program.string()));
  ::memcpy(&header, head.data(), sizeof header);
  for (std::size_t i = 0; i < header.e_phnum; ++i) {
    const std::size_t at = header.e_phoff + i * sizeof(Elf64_Phdr);
    Elf64_Phdr part{};
    if (at + sizeof part > size) break;
    ::memcpy(&part, head.data() + at, sizeof part);
    if (part.p_type != PT_INTERP) continue;
    if (part.p_offset >= size || part.p_filesz > size - part.p_offset)
      return base::Error::absent(base::format("{} names its linker where it is not looked for", program.string()));
    const std::string_view name(head.data() + part.p_offset, part.p_filesz);
    return std::optional<os::Path>(os::Path(name.substr(0, name.find('\0'))));
  }
  return std::optional<os::Path>();
}

}  // namespace sandbox
