/*
 * scrypt.c
 *	  Makes what is computed from a password at the usual cost cheap, where tests make
 *	  it again and again: half a second becomes less than one millisecond.  The tests
 *	  of the units compute the real one.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

#define USUAL (UINT64_C(1) << 17)
#define CHEAP (UINT64_C(1) << 4)

typedef int scrypt_function(const char *, size_t, const unsigned char *, size_t,
							uint64_t, uint64_t, uint64_t, uint64_t,
							unsigned char *, size_t);

extern scrypt_function EVP_PBE_scrypt;

int
EVP_PBE_scrypt(const char *password, size_t length, const unsigned char *salt,
			   size_t nsalt, uint64_t n, uint64_t r, uint64_t p, uint64_t most,
			   unsigned char *key, size_t nkey)
{
	scrypt_function *real;

	*(void **) &real = dlsym(RTLD_NEXT, "EVP_PBE_scrypt");
	if (!real)
		abort();
	return real(password, length, salt, nsalt, n == USUAL ? CHEAP : n, r, p,
				most, key, nkey);
}
