/*
 * password.c
 *	  Hashes of passwords: the vectors of RFC 7914, the format, its limits.
 */
#include "test/unit/fake/host.h"

#include <stdio.h>
#include <string.h>

#include "common/seed/password.h"

/* ---- RFC 7914, section 12 ---- */

static void
vector(const char *password, const char *salt, dbc_seed_cost cost,
	   const char *expected)
{
	dbc_seed_hash how = {.cost = cost, .nsalt = strlen(salt), .nkey = 64};
	unsigned char key[64];
	char digits[129];

	memcpy(how.salt, salt, how.nsalt);
	assert_true(dbc_seed_scrypt(password, strlen(password), &how, key));
	for (int i = 0; i < 64; i++)
		(void) snprintf(digits + 2 * i, 3, "%02x", key[i]);
	assert_string_equal(digits, expected);
}

static void
vectors(void **state)
{
	(void) state;
	vector("", "", (dbc_seed_cost){4, 1, 1},
		   "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
		   "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906");
	vector("password", "NaCl", (dbc_seed_cost){10, 8, 16},
		   "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
		   "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640");
	vector("pleaseletmein", "SodiumChloride", (dbc_seed_cost){14, 8, 1},
		   "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
		   "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887");
}

/* ---- the format ---- */

static void
reads(const char *text)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	dbc_seed_hash hash;

	if (!dbc_seed_read_hash(text, &hash))
		fail_msg("not read: %s", text);
	assert_string_equal(dbc_seed_hash_text(&fake->base, &hash), text);
	fake_free(fake);
}

static void
refuses(const char *text)
{
	dbc_seed_hash hash;

	if (dbc_seed_read_hash(text, &hash))
		fail_msg("read: %s", text);
}

#define SALT "c2FsdHNhbHQ"			  /* saltsalt */
#define KEY	 "MDEyMzQ1Njc4OWFiY2RlZg" /* 0123456789abcdef */

static void
format(void **state)
{
	(void) state;
	reads("$scrypt$ln=17,r=8,p=1$" SALT "$" KEY);
	reads("$scrypt$ln=1,r=1,p=1$" SALT "$" KEY);
	reads("$scrypt$ln=16,r=8,p=16$" SALT "$" KEY);
	reads("$scrypt$ln=17,r=8,p=1$+/+/" SALT "c$" KEY);
	refuses("");
	refuses("plain");
	refuses("$scrypt$");
	refuses("$argon2id$v=19$m=65536,t=3,p=4$" SALT "$" KEY);
	refuses("$scrypt$ln=17,r=8,p=1$" SALT);
	refuses("$scrypt$ln=17,r=8,p=1$" SALT "$");
	refuses("$scrypt$ln=17,r=8,p=1$$" KEY);
	refuses("$scrypt$ln=17,r=8,p=1$" SALT "$" KEY "$");
	refuses("$scrypt$ln=17,r=8,p=1$" SALT "=$" KEY);
	refuses("$scrypt$ln=17,r=8,p=1$" SALT "\n$" KEY);
	refuses("$scrypt$r=8,ln=17,p=1$" SALT "$" KEY);
	refuses("$scrypt$ln=17,r=8$" SALT "$" KEY);
	refuses("$scrypt$ln=017,r=8,p=1$" SALT "$" KEY);
	refuses("$scrypt$ln=-1,r=8,p=1$" SALT "$" KEY);
	/* bits that stand for no byte */
	refuses("$scrypt$ln=17,r=8,p=1$" SALT "$MDEyMzQ1Njc4OWFiY2RlZh");
	/* longer than any hash */
	refuses("$scrypt$ln=17,r=8,p=1$" SALT "$" KEY KEY KEY KEY KEY);
}

/* What would take too much memory or time. */
static void
limits(void **state)
{
	(void) state;
	reads("$scrypt$ln=18,r=8,p=1$" SALT "$" KEY);
	reads("$scrypt$ln=17,r=8,p=8$" SALT "$" KEY);
	refuses("$scrypt$ln=19,r=8,p=1$" SALT "$" KEY);
	refuses("$scrypt$ln=17,r=8,p=9$" SALT "$" KEY);
	refuses("$scrypt$ln=17,r=32,p=1$" SALT "$" KEY);
	refuses("$scrypt$ln=20,r=8,p=1$" SALT "$" KEY);
	refuses("$scrypt$ln=63,r=8,p=1$" SALT "$" KEY);
	refuses("$scrypt$ln=99999999999999999999,r=8,p=1$" SALT "$" KEY);
	refuses("$scrypt$ln=0,r=8,p=1$" SALT "$" KEY);
	refuses("$scrypt$ln=17,r=8,p=0$" SALT "$" KEY);
	/* RFC 7914 */
	refuses("$scrypt$ln=16,r=1,p=1$" SALT "$" KEY);
}

static void
hash_and_match(dbc_host *host, void *arg)
{
	const char *text = dbc_seed_hash_password(host, "a \xc3\xa9 b");
	dbc_seed_hash hash;

	(void) arg;
	assert_true(dbc_seed_read_hash(text, &hash));
	assert_int_equal(hash.nsalt, 16);
	assert_int_equal(hash.nkey, 32);
	assert_true(dbc_seed_matches(host, "a \xc3\xa9 b", &hash));
	assert_false(dbc_seed_matches(host, "a \xc3\xa9 c", &hash));
	assert_string_not_equal(text, dbc_seed_hash_password(host, "a \xc3\xa9 b"));
}

static void
hashes(void **state)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);

	(void) state;
	assert_true(fake_try(fake, hash_and_match, NULL));
	fake_free(fake);
}

/* ---- the functions ---- */

/* The copy of the call is overwritten, and a wrong password takes longer. */
static void
functions(void **state)
{
	fake_host *fake = fake_new(DBC_ON_POSTGRESQL);
	char password[] = "secret";
	char wrong[] = "guess";
	char hash[200];

	(void) state;
	assert_true(fake_call(fake, "dbseed_password_hash", 1, dbc_text(password)));
	assert_int_equal(password[0], 0);
	(void) snprintf(hash, sizeof(hash), "%s", fake_text(fake, 0, 0));
	strcpy(password, "secret");
	assert_true(fake_call(fake, "dbseed_password_verify", 2, dbc_text(password),
						  dbc_text(hash)));
	assert_int_equal(password[0], 0);
	assert_true(fake_value(fake, 0, 0)->integer);
	assert_int_equal(fake_count(fake, "pause"), 0);
	assert_true(fake_call(fake, "dbseed_password_verify", 2, dbc_text(wrong),
						  dbc_text(hash)));
	assert_int_equal(wrong[0], 0);
	assert_false(fake_value(fake, 0, 0)->integer);
	assert_int_equal(fake_count(fake, "pause"), 1);
	fake_free(fake);
}

int
main(void)
{
	const struct CMUnitTest all[] = {
		cmocka_unit_test(vectors),	 cmocka_unit_test(format),
		cmocka_unit_test(limits),	 cmocka_unit_test(hashes),
		cmocka_unit_test(functions),
	};

	return cmocka_run_group_tests(all, NULL, NULL);
}
