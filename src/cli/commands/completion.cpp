// ffwatt completion: prints the script by which a shell asks `ffwatt __complete` what may come next.
#include <ostream>

#include "cli/exit_code.h"
#include "cli/make.h"

namespace cli {
namespace {

// `ffwatt __complete -- WORDS` prints a candidate a line, and last ":files" or ":command N" where the shell knows
// better. A word that was quoted is passed as the shell has it: what it stands for is not ours to guess.
constexpr std::string_view bash_script = R"script(# bash completion of ffwatt
_ffwatt() {
  local line words=("${COMP_WORDS[@]:0:COMP_CWORD+1}") last=${COMP_WORDS[COMP_CWORD]}
  # bash splits --flag=value in three at the '='.
  local joined=("${words[0]}") i
  for ((i = 1; i < ${#words[@]}; i++)); do
    if [[ ${words[i]} == = ]]; then
      joined[-1]+="="
    elif [[ ${words[i-1]} == = && i -gt 1 ]]; then
      joined[-1]+=${words[i]}
    else
      joined+=("${words[i]}")
    fi
  done
  [[ $last == = ]] && last=
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :files) compopt -o filenames 2>/dev/null; mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- "$last") ;;
      ":command "*)
        if declare -F _command_offset >/dev/null; then _command_offset "${line#:command }"; return; fi
        mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -c -f -- "$last") ;;
      --*=*) COMPREPLY+=("${line#*=}") ;;
      *) COMPREPLY+=("$line") ;;
    esac
  done < <("${words[0]}" __complete -- "${joined[@]}" 2>/dev/null)
}
complete -F _ffwatt ffwatt
)script";

constexpr std::string_view zsh_script = R"script(#compdef ffwatt
# zsh completion of ffwatt
_ffwatt() {
  local line
  local -a found
  for line in "${(@f)$("${words[1]}" __complete -- "${(@)words[1,CURRENT]}" 2>/dev/null)}"; do
    case $line in
      :files) _files ;;
      :command\ *)
        local from=${line#:command }
        words=("${(@)words[from+1,-1]}")
        (( CURRENT -= from ))
        _normal; return ;;
      ?*) found+=("$line") ;;
    esac
  done
  (( ${#found} )) && compadd -- "${found[@]}"
}
# Read by hand or as a function of $fpath: zsh's own way tells the two apart.
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _ffwatt "$@"; else compdef _ffwatt ffwatt; fi
)script";

constexpr std::string_view fish_script = R"script(# fish completion of ffwatt
function __ffwatt_complete
    set -l typed (commandline -opc) (commandline -ct)
    for line in ($typed[1] __complete -- $typed 2>/dev/null)
        switch $line
            case :files
                __fish_complete_path (commandline -ct)
            case ':command *'
                set -l from (string replace ':command ' '' -- $line)
                set -l rest $typed[(math $from + 1)..-1]
                complete -C (string join ' ' -- (string escape -- $rest[1..-2]) $rest[-1])
            case '*'
                echo $line
        end
    end
end
complete -c ffwatt -f -a '(__ffwatt_complete)'
)script";

class Completion : public Command {
 public:
  options::Shape shape() const override {
    return {.description =
                "Print what a shell needs to complete these commands. bash: put source <(ffwatt completion bash) into "
                "~/.bashrc; zsh: print it into a file _ffwatt of a folder of $fpath; fish: into "
                "~/.config/fish/completions/ffwatt.fish.",
            .examples = {"ffwatt completion bash", "ffwatt completion zsh", "ffwatt completion fish"},
            .arguments = {{.name = "SHELL", .help = "bash, zsh or fish"}}};
  }
  Signals signals() const override { return Signals::end_us; }

  int run(Context& context, const options::Values& values) override {
    const auto& shell = values.arguments[0];
    if (shell == "bash") {
      context.out << bash_script;
    } else if (shell == "zsh") {
      context.out << zsh_script;
    } else if (shell == "fish") {
      context.out << fish_script;
    } else {
      context.err << "ffwatt completion: there is no script for '" << shell << "'; it is bash, zsh or fish\n";
      return usage;
    }
    return ok;
  }
};

}  // namespace

std::unique_ptr<Command> make::completion() { return std::make_unique<Completion>(); }

}  // namespace cli
