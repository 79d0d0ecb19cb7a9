/*
 * secret.c
 *	  Keys of backups from key files and environment variables.  No message has
 *	  anything of a secret.
 */
#include "common/backup/secret.h"

#include <string.h>

#include "common/core/json_write.h"
#include "common/core/options.h"

#define PLACE_OPTIONS(O) O(key_file, TEXT) O(key_env, TEXT)
DBC_OPTIONS(place_options, PLACE_OPTIONS);

dbc_backup_secret_place
dbc_backup_read_place(dbc_host *host, const char *option, const char *json)
{
	dbc_value value = dbc_json(json);
	const place_options *given;

	if (!json)
		return (dbc_backup_secret_place){NULL, NULL};
	given = dbc_read_options(host, &value, place_options);
	if (given->key_file.given == given->key_env.given)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL,
				 "option %s must have either key_file or key_env", option);
	return (dbc_backup_secret_place){given->key_file.text, given->key_env.text};
}

static void
id_of(const dbc_backup *backup, unsigned char id[DBC_KEY_ID_BYTES])
{
	static const char digits[] = "0123456789abcdef";

	for (int i = 0; i < DBC_KEY_ID_BYTES; i++)
		id[i] =
			(unsigned char) ((strchr(digits, backup->id[2 * i]) - digits) * 16 +
							 (strchr(digits, backup->id[2 * i + 1]) - digits));
}

static const char *
name_of(dbc_host *host, const dbc_backup_secret_place *place)
{
	return place->key_file
			   ? dbc_format(host, "key file \"%s\"", place->key_file)
			   : dbc_format(host, "environment variable \"%s\"",
							place->key_env);
}

/* Reads a secret that must be there and be one. */
static dbc_backup_secret
read_secret(dbc_host *host, dbc_backup_files *files,
			const dbc_backup_secret_place *place)
{
	dbc_backup_secret secret = {.is_passphrase = place->key_env != NULL};
	const char *problem = DBC_CALL(host, backup, read_secret)(
		host, files, place->key_file, place->key_env, &secret.bytes,
		&secret.length);

	if (!problem)
		problem = dbc_vault_key_check(host, &secret);
	if (problem)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL, "%s %s",
				 name_of(host, place), problem);
	return secret;
}

void
dbc_backup_check_place(dbc_host *host, dbc_backup_files *files,
					   const dbc_backup_secret_place *place)
{
	if (dbc_backup_has_place(place))
		(void) read_secret(host, files, place);
}

static dbc_backup_key *
room_for_key(dbc_host *host, dbc_backup_files *files)
{
	return DBC_BACKUP(host)->secret(host, files, sizeof(dbc_backup_key));
}

const dbc_backup_key *
dbc_backup_make_key(dbc_host *host, dbc_backup_files *files,
					const dbc_backup_secret_place *place, dbc_backup *backup)
{
	dbc_backup_secret secret = read_secret(host, files, place);
	dbc_backup_key *key = room_for_key(host, files);
	unsigned char id[DBC_KEY_ID_BYTES];
	dbc_json_node *encryption;

	id_of(backup, id);
	dbc_vault_key_create(host, &secret, id, key, &encryption);
	backup->encryption = dbc_json_text(encryption);
	return key;
}

const char *
dbc_backup_find_key(dbc_host *host, dbc_backup_files *files,
					const dbc_backup_secret_place *place,
					const dbc_backup *backup, const dbc_backup_key **key,
					bool *is_wrong)
{
	const char *problem;
	const dbc_json_item *encryption =
		dbc_json_read(host, backup->encryption, strlen(backup->encryption),
					  NULL, 0, &problem);
	unsigned char id[DBC_KEY_ID_BYTES];
	dbc_backup_secret secret;
	dbc_backup_key *found;

	*is_wrong = true;
	if (!dbc_backup_has_place(place))
		return "it is encrypted, and no key was given";
	if (!encryption || encryption->kind != DBC_I_OBJECT)
	{
		*is_wrong = false;
		return DBC_BACKUP_MANIFEST " has no valid member encryption";
	}
	if (dbc_vault_key_wants_passphrase(encryption) != (place->key_env != NULL))
		return dbc_vault_key_wants_passphrase(encryption)
				   ? "it was encrypted with a passphrase: pass key_env"
				   : "it was encrypted with a key file: pass key_file";
	secret = read_secret(host, files, place);
	id_of(backup, id);
	found = room_for_key(host, files);
	*key = found;
	return dbc_vault_key_open(host, encryption, &secret, id, found, is_wrong);
}
