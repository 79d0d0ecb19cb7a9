#!/bin/bash
# Makes the files of a release from the last commit, twice in two places, and compares
# them: anybody can make the same.  Prints what is left for a person.
#
# usage: common/tools/release.sh DIRECTORY
set -euo pipefail

to=$(realpath -m "$1")
commit=$(git rev-parse HEAD)
version=$(sed -n 's/^	"version": "\(.*\)",/\1/p' META.json)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH

if [ -n "$(git status --porcelain)" ]; then
	echo "the tree has changes: commit them, or put them away" >&2
	exit 1
fi

# What a release has to say of itself, and does not.
left=()
[ "$(sed -n 's/^	"release_status": "\(.*\)",/\1/p' META.json)" = stable ] || left+=("META.json: release_status stable")
! grep -q "^## $version (unreleased)" CHANGELOG.md || left+=("CHANGELOG.md: the date in place of (unreleased)")

# make_files PLACE: the files in PLACE/files.
make_files()
{
	git clone -q --no-hardlinks . "$1/source-$2"
	mkdir -p "$1/files"
	(
		cd "$1/source-$2"
		git checkout -q "$commit"
		make -s dist deb wheel tarball >"$1/log" 2>&1
		! command -v npm >/dev/null || make -s npm >>"$1/log" 2>&1
		find build/dist build/deb build/wheel build/tarball build/npm -maxdepth 1 -type f \
			\( -name '*.zip' -o -name '*.deb' -o -name '*.whl' -o -name '*.tgz' -o -name '*.tar.gz' \) ! -name '*dbgsym*' \
			-exec cp -t "$1/files" {} +
		cd "$1/files"
		sha256sum -- * >"$1/SHA256SUMS"
	) || {
		tail -n 20 "$1/log" >&2
		exit 1
	}
}

rm -rf "$to"
for place in one the-other; do
	mkdir -p "$to/$place"
	make_files "$to/$place" "$place"
done
diff "$to/one/SHA256SUMS" "$to/the-other/SHA256SUMS" || {
	echo "two builds of $commit differ, see above; they are in $to" >&2
	exit 1
}
mv "$to/one/files" "$to/dbcare-$version"
mv "$to/one/SHA256SUMS" "$to/dbcare-$version/"
rm -rf "$to/one" "$to/the-other"
command -v npm >/dev/null || left+=("the npm packages: npm is not installed here")
left+=("git tag -s v$version $commit" "git push origin v$version" "upload the files, with SHA256SUMS and its signature")

echo "$to/dbcare-$version, made twice and equal:"
cut -d ' ' -f 3- "$to/dbcare-$version/SHA256SUMS" | sed 's/^/	/'
echo "left for a person:"
printf '\t%s\n' "${left[@]}"
