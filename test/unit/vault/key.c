/*
 * key.c
 *	  Keys of backups: the right secret opens them, no other, and no manifest
 *	  makes the reader do what it should not.
 */
#include "test/unit/fake/host.h"

#include <stdio.h>
#include <string.h>

#include "common/vault/key.h"
#include "common/core/text.h"

static const unsigned char id[DBC_KEY_ID_BYTES] = "backup";
static const char hex[] =
	"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1F\n";

/* The bytes of that file. */
static const char binary[DBC_KEY_BYTES] = {
	0,	1,	2,	3,	4,	5,	6,	7,	8,	9,	10, 11, 12, 13, 14, 15,
	16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};

#define FILE_SECRET(text)                       \
	{                                           \
		.bytes = (text), .length = strlen(text) \
	}
#define PASSPHRASE(text)                                               \
	{                                                                  \
		.bytes = (text), .length = strlen(text), .is_passphrase = true \
	}

typedef struct opening
{
	dbc_backup_secret made_with;
	dbc_backup_secret opened_with;
	const char *manifest; /* instead of what was made; or NULL */
	const char *replace;  /* part of it that is replaced ... */
	const char *by;		  /* ... by as many characters */
	unsigned char id[DBC_KEY_ID_BYTES];

	const char *text; /* of the member */
	const char *problem;
	bool wrong_secret;
	bool same_key;
	const char *signatures[2];
} opening;

static void
open_key(dbc_host *host, void *arg)
{
	opening *o = arg;
	dbc_backup_key made, found;
	dbc_json_node *encryption;
	const dbc_json_item *items;
	const char *problem;
	char *text;

	assert_null(dbc_vault_key_check(host, &o->made_with));
	dbc_vault_key_create(host, &o->made_with, id, &made, &encryption);
	o->text = dbc_json_text(encryption);
	text = dbc_copy(host, o->manifest ? o->manifest : o->text,
					strlen(o->manifest ? o->manifest : o->text));
	if (o->replace)
	{
		char *at = strstr(text, o->replace);

		assert_non_null(at);
		memcpy(at, o->by, strlen(o->by));
	}
	items = dbc_json_read(host, text, strlen(text), NULL, 0, &problem);
	assert_non_null(items);
	o->problem = dbc_vault_key_open(host, items, &o->opened_with, o->id, &found,
									&o->wrong_secret);
	o->same_key = !o->problem && memcmp(&made, &found, sizeof(made)) == 0;
	o->signatures[0] = dbc_vault_key_sign(host, &made, "text");
	o->signatures[1] = dbc_vault_key_sign(host, &made, "texT");
}

/* Makes and opens a key, and expects a problem, or none (NULL). */
static void
opens(opening *o, const char *problem)
{
	fake_host *fake = fake_new(DBC_ON_SQLITE);

	assert_true(fake_try(fake, open_key, o));
	if (problem)
		assert_string_equal(o->problem ? o->problem : "none", problem);
	else
		assert_null(o->problem);
	assert_int_equal(o->same_key, !problem);
	fake_free(fake);
}

static void
the_right_secret_opens(void **state)
{
	opening file = {.made_with = FILE_SECRET(hex),
					.opened_with = {.bytes = binary, .length = 32}};
	opening phrase = {.made_with = PASSPHRASE("correct horse battery"),
					  .opened_with = PASSPHRASE("correct horse battery")};

	(void) state;
	memcpy(file.id, id, sizeof(id));
	memcpy(phrase.id, id, sizeof(id));
	opens(&file, NULL);
	opens(&phrase, NULL);
}

static void
another_secret_does_not(void **state)
{
	char other[sizeof(hex)];
	opening file = {.made_with = FILE_SECRET(hex),
					.opened_with = {.bytes = other, .length = sizeof(hex) - 1}};
	opening phrase = {.made_with = PASSPHRASE("correct horse battery"),
					  .opened_with = PASSPHRASE("correct horse battery ")};
	opening mixed = {.made_with = FILE_SECRET(hex),
					 .opened_with = PASSPHRASE("correct horse battery")};

	(void) state;
	memcpy(other, hex, sizeof(hex));
	other[0] = '1';
	memcpy(file.id, id, sizeof(id));
	opens(&file, "the key is not that of the backup");
	assert_true(file.wrong_secret);
	opens(&phrase, "the passphrase is not that of the backup");
	assert_true(phrase.wrong_secret);
	opens(&mixed, "the backup needs a key file, not a passphrase");
	assert_true(mixed.wrong_secret);
}

static void
a_manifest_is_not_trusted(void **state)
{
	static const char *const bad[] = {
		"[]",
		"{}",
		"{\"cipher\": \"rot13\"}",
		"{\"cipher\": \"aes-256-gcm\", \"kdf\": \"none\", \"salt\": "
		"\"00112233445566778899aabbccddeeff\"}",
		"{\"cipher\": \"aes-256-gcm\", \"kdf\": \"key_file\", \"salt\": "
		"\"00\"}",
		"{\"cipher\": \"aes-256-gcm\", \"kdf\": \"key_file\", \"salt\": "
		"\"00112233445566778899aabbccddeefg\"}",
	};
	opening o = {.made_with = FILE_SECRET(hex),
				 .opened_with = FILE_SECRET(hex)};

	(void) state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
	{
		o.manifest = bad[i];
		opens(&o, "the manifest does not tell how the key is wrapped");
		assert_false(o.wrong_secret);
	}
	/* another backup's */
	o.manifest = NULL;
	opens(&o, "the wrapped key in the manifest is damaged");
	memcpy(o.id, id, sizeof(id));
	o.replace = "\"wrapped_key\": \"";
	o.by = "\"wrapped_key\": \"zz";
	opens(&o, "the manifest does not tell how the key is wrapped");
}

static void
scrypt_has_limits(void **state)
{
	static const char *const parts[][2] = {
		{"131072", "131071"},	  {"131072", "     1"},
		{"131072", "  1e99"},	  {"131072", "    -2"},
		{"131072", "\"a\"   "},	  {"131072", "null  "},
		{"\"r\": 8", "\"r\":99"}, {"\"p\": 1", "\"p\":99"},
		{"\"p\": 1", "\"p\": 0"}, {"\"r\": 8", "\"s\": 8"},
	};
	opening o = {.made_with = PASSPHRASE("correct horse battery"),
				 .opened_with = PASSPHRASE("correct horse battery")};
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	char manifest[1000];

	(void) state;
	memcpy(o.id, id, sizeof(id));
	assert_true(fake_try(fake, open_key, &o));
	assert_true(o.same_key);
	(void) snprintf(manifest, sizeof(manifest), "%s", o.text);
	fake_free(fake);
	o.manifest = manifest;
	/* takes no time */
	o.made_with = (dbc_backup_secret) FILE_SECRET(hex);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
	{
		o.replace = parts[i][0];
		o.by = parts[i][1];
		opens(&o, "the manifest does not tell how the key is wrapped");
	}
}

/* What says a secret. */
typedef struct checking
{
	dbc_backup_secret secret;
	const char *problem;
} checking;

static void
check(dbc_host *host, void *arg)
{
	checking *c = arg;

	c->problem = dbc_vault_key_check(host, &c->secret);
	assert_string_equal(c->problem ? c->problem : "",
						c->secret.is_passphrase
							? "has fewer than 12 bytes"
							: "is neither 32 bytes nor 64 hexadecimal digits");
}

static void
weak_secrets_are_refused(void **state)
{
	checking refused[] = {
		{FILE_SECRET(""), NULL},
		{FILE_SECRET("00112233"), NULL},
		{FILE_SECRET("000102030405060708090a0b0c0d0e0f10111213141516171819"
					 "1a1b1c1d1e1g"),
		 NULL},
		{PASSPHRASE(""), NULL},
		{PASSPHRASE("eleven byte"), NULL},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++)
	{
		fake_host *fake = fake_new(DBC_ON_SQLITE);

		assert_true(fake_try(fake, check, &refused[i]));
		fake_free(fake);
	}
}

static void
a_signature_depends_on_key_and_text(void **state)
{
	opening o = {.made_with = FILE_SECRET(hex),
				 .opened_with = FILE_SECRET(hex)};
	fake_host *fake = fake_new(DBC_ON_SQLITE);
	char first[65];

	(void) state;
	assert_true(fake_try(fake, open_key, &o));
	assert_int_equal(strlen(o.signatures[0]), 64);
	assert_string_not_equal(o.signatures[0], o.signatures[1]);
	memcpy(first, o.signatures[0], sizeof(first));
	/* another backup has another key */
	assert_true(fake_try(fake, open_key, &o));
	assert_string_not_equal(first, o.signatures[0]);
	fake_free(fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_right_secret_opens),
		cmocka_unit_test(another_secret_does_not),
		cmocka_unit_test(a_manifest_is_not_trusted),
		cmocka_unit_test(scrypt_has_limits),
		cmocka_unit_test(weak_secrets_are_refused),
		cmocka_unit_test(a_signature_depends_on_key_and_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
