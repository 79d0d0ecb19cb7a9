# shellcheck shell=bash
# Many commands on terminals, for scripts that source it once the environment is as the
# commands have it.
coproc terminals { exec test/process/cli/on_terminal.py --requests; }

# on_terminal DIRECTORY LOCALE ARGUMENT ...: runs on_terminal.py with the arguments; what
# it prints is in $output.
on_terminal()
{
	printf '%s\0' $(($# + 1)) "$1" "$2" "$tmp/terminal" "${@:3}" >&"${terminals[1]}"
	read -r _ <&"${terminals[0]}"
	# shellcheck disable=SC2034
	output=$(<"$tmp/terminal")
}
