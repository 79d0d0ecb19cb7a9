/*
 * secret.c
 *	  Cells with passwords: hashes of environment variables, and passwords that
 *	  are generated when a row is created.
 *
 * A password is in memory only as long as it is hashed; a generated one is also
 * in the result of the call.  No message has anything of one.
 */
#include "common/seed/merge.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <string.h>

#include "common/seed/host.h"
#include "common/seed/password.h"
#include "common/core/names.h"

/* Characters of a generated password, with 5 bits each. */
#define GENERATED 24

/* What a dry run writes. */
#define DRY_HASH                               \
	"$scrypt$ln=17,r=8,p=1$ZHJ5IHJ1biBvbmx5IQ" \
	"$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

/* The environment variable of a cell; NULL if it is not set. */
static const char *
read_variable(dbc_host *host, const dbc_seed_value *value)
{
	const char *name =
		dbc_json_string(host, dbc_json_member(value->given, "from_env"));
	const char *what = dbc_format(host, "environment variable \"%s\"", name);
	const char *password = DBC_CALL(host, seed, read_environment)(host, name);
	size_t length = password ? strlen(password) : 0;

	if (!password)
		return NULL;
	dbc_seed_check_password(host, password, what);
	if (dbc_valid_utf8(password, length) < length)
	{
		dbc_seed_wipe(password);
		dbc_fail(host, "22021", NULL, NULL, "%s is not valid UTF-8", what);
	}
	return password;
}

/* Whether a cell has the hash of the password. */
static bool
is_current(dbc_host *host, const dbc_seed_value *value, const dbc_value *cell)
{
	const char *password;
	dbc_seed_hash hash;
	bool matches;

	/* generated once; whatever is there stays */
	if (value->kind == DBC_SEED_GENERATE)
		return true;
	password = read_variable(host, value);
	if (!password)
		return true;
	matches = cell->kind == DBC_TEXT && dbc_seed_read_hash(cell->text, &hash) &&
			  dbc_seed_matches(host, password, &hash);
	dbc_seed_wipe(password);
	return matches;
}

void
dbc_seed_compare_secrets(dbc_host *host, const dbc_seed_row *row,
						 dbc_seed_current *current)
{
	dbc_value *equal;
	size_t size = (size_t) row->nvalues * sizeof(*equal);

	if (!row->has_secrets || !current->exists)
		return;
	equal = dbc_alloc(host, size + 1);
	memcpy(equal, current->equal, size);
	for (int i = 0; i < row->nvalues; i++)
	{
		dbc_seed_value *value = &row->values[i];
		const dbc_value *cell = &current->cells[i];

		if (!dbc_seed_is_secret(value))
			continue;
		if (!value->compared ||
			!dbc_same(value->compared, cell->text ? cell->text : ""))
		{
			value->compared = cell->text ? cell->text : "";
			value->is_current = is_current(host, value, cell);
		}
		equal[i] = dbc_bool(value->is_current);
	}
	current->equal = equal;
}

/* A random password. */
static const char *
generate(dbc_host *host)
{
	static const char letters[] = "0123456789abcdefghjkmnpqrstvwxyz";
	unsigned char bytes[GENERATED];
	char *password = dbc_alloc(host, GENERATED + 1);

	if (RAND_priv_bytes(bytes, GENERATED) != 1)
		dbc_fail(host, DBC_INTERNAL, NULL, NULL,
				 "could not generate random bytes");
	for (int i = 0; i < GENERATED; i++)
		password[i] = letters[bytes[i] & 31];
	password[GENERATED] = '\0';
	OPENSSL_cleanse(bytes, sizeof(bytes));
	return password;
}

/* The hash that is written, as JSON; NULL if there is no password. */
static const char *
make_hash(dbc_host *host, const dbc_seed_row *row, dbc_seed_value *value)
{
	const char *password = value->kind == DBC_SEED_GENERATE
							   ? generate(host)
							   : read_variable(host, value);
	const char *hash = DRY_HASH;

	if (!password)
		return NULL;
	if (!row->run->request->dry_run)
		hash = dbc_seed_hash_password(host, password);
	if (value->kind == DBC_SEED_GENERATE)
		value->password = password;
	else
		dbc_seed_wipe(password);
	return dbc_format(host, "\"%s\"", hash);
}

void
dbc_seed_make_secrets(dbc_host *host, const dbc_seed_row *row,
					  const bool *chosen)
{
	for (int i = 0; i < row->nvalues; i++)
	{
		dbc_seed_value *value = &row->values[i];
		const char *hash;

		if (!dbc_seed_is_secret(value) || (chosen && !chosen[i]))
			continue;
		hash = make_hash(host, row, value);
		if (hash)
			value->wanted = dbc_seed_item(host, hash);
		else
			dbc_seed_note(
				host, row, "error", value->column, DBC_INVALID_PARAMETER,
				dbc_format(host, "environment variable \"%s\" is not set",
						   dbc_json_string(host, dbc_json_member(value->given,
																 "from_env"))));
	}
}

void
dbc_seed_show_passwords(dbc_host *host, const dbc_seed_row *row)
{
	for (int i = 0; i < row->nvalues; i++)
	{
		const dbc_value key = dbc_json(row->work->rows.keys[row->number]);
		dbc_json_node *node;

		if (!row->values[i].password || row->run->request->dry_run)
			continue;
		node = dbc_json_object(host);
		DBC_PUT_TEXT(node, seed, row->work->seed->name);
		DBC_PUT_VALUE(node, key, &key);
		DBC_PUT_TEXT(node, column, row->values[i].column->name);
		DBC_PUT_TEXT(node, password, row->values[i].password);
		dbc_json_push(row->run->passwords, node);
		dbc_seed_wipe(row->values[i].password);
	}
}
