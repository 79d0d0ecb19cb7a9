#!/bin/bash
# The core may call an engine only through struct dbc_host and the structs of its
# rooms, and has no state.  The object files are checked: every symbol they
# import must be on the list below, and they must have no writable static data.
# Memory comes from the host's arena, so malloc() is not on the list (what
# libraries allocate they free in the same call of the core), and neither is
# anything that opens, prints or waits.  Inline functions of headers count, although
# only a binding may call them: an object is made of all of them.
#
# usage: test/layering.sh OBJECT ...	in the folder that has common/
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for header in common/*/*.h; do
	[[ $header = common/tools/* ]] || echo "#include \"$header\""
done | gcc -std=c11 -D_XOPEN_SOURCE=700 -I. -O1 -fkeep-inline-functions -x c -c -o "$folder/headers.o" -
set -- "$folder/headers.o" "$@"

allowed='memchr memcmp memcpy memmove memset strchr strcmp strcpy strcspn strlen
	strerror_r __xpg_strerror_r strncmp strpbrk strrchr strspn strstr
	strtod strtol strtoll strtoul strtoull snprintf vsnprintf
	abort __assert_fail clock_gettime gmtime_r localeconv strftime
	isnan isinf isfinite fabs fmin fmax sqrt log2 exp2 floor ceil round lround llround pow log log10 exp
	qsort bsearch SHA1 SHA384 SHA256 SHA256_Init SHA256_Update SHA256_Final
	CRYPTO_memcmp EVP_CIPHER_CTX_ctrl EVP_CIPHER_CTX_free EVP_CIPHER_CTX_new
	EVP_CipherFinal_ex EVP_CipherInit_ex EVP_CipherUpdate EVP_DigestFinal_ex
	EVP_DigestInit_ex EVP_DigestUpdate EVP_MD_CTX_free EVP_MD_CTX_new
	EVP_PBE_scrypt EVP_aes_256_gcm EVP_sha256 HMAC OPENSSL_cleanse RAND_bytes
	RAND_priv_bytes ZSTD_compress ZSTD_compressBound ZSTD_decompress ZSTD_getFrameContentSize ZSTD_isError
	pcre2_general_context_create_8 pcre2_compile_context_create_8
	pcre2_set_compile_extra_options_8 pcre2_compile_8
	pcre2_get_error_message_8 pcre2_match_data_create_8
	pcre2_match_context_create_8 pcre2_set_match_limit_8
	pcre2_set_heap_limit_8 pcre2_set_callout_8 pcre2_set_newline_8 pcre2_match_8'
# Symbols that compilers add.
compiler='_GLOBAL_OFFSET_TABLE_ __stack_chk_fail __ctype_b_loc __isoc99_sscanf
	__memcpy_chk __memmove_chk __memset_chk __snprintf_chk __vsnprintf_chk
	__modti3 __umodti3 __floattidf'
failed=0

defined=$(nm --defined-only -g "$@" | awk 'NF == 3 { print $3 }')
foreign=$(nm -u "$@" | awk 'NF == 2 { print $2 }' | sort -u |
	grep -vxFf <(tr -s ' \t' '\n' <<<"$allowed $compiler $defined")) || true
for symbol in $foreign; do
	echo "the core needs $symbol: $(nm -A -u "$@" | grep -w "$symbol" |
		sed 's/:.*//' | tr '\n' ' ')"
	failed=1
done

# Constant tables of pointers are in .data.rel.ro, which the loader protects.
writable=$(objdump -t "$@" | awk '
	/file format/ { file = $1; next }
	{ sub(/ \.(hidden|protected|internal) /, " ") }
	NF < 5 { next }
	$(NF - 2) ~ /^(\.data|\.bss|\.tdata|\.tbss|\*COM\*)/ &&
		$(NF - 2) !~ /^\.data\.rel\.ro/ && $NF !~ /^\./ {
		print file, $NF
	}')
if [ -n "$writable" ]; then
	echo "the core has writable static data:"
	echo "$writable"
	failed=1
fi
exit $failed
