/*
 * leaf.c
 *	  The hashes of entries and of segments.
 *
 * The leaf of an entry is SHA-256 over its columns, each preceded by its
 * length. Of a changed value only a salted hash is part of it, so that the
 * value can be erased and the leaf stays valid.
 */
#include "common/audit/seal.h"

#include <string.h>

#define ERASED "{\"erased\": \""

#define HASH_DIGITS 64

/* ---- members of an object ---- */

/* The end of the JSON value that starts at text. */
static const char *
end_of_value(const char *text)
{
	int depth = 0;

	while (*text)
	{
		if (*text == '"')
		{
			for (text++; *text && *text != '"'; text++)
				if (*text == '\\' && text[1])
					text++;
			if (!*text)
				return text;
		}
		else if (*text == '{' || *text == '[')
			depth++;
		else if (depth == 0 && strchr(",}] \t\r\n:", *text))
			return text;
		else if (*text == '}' || *text == ']')
			depth--;
		text++;
		if (depth == 0 &&
			(text[-1] == '"' || text[-1] == '}' || text[-1] == ']'))
			return text;
	}
	return text;
}

bool
dbc_audit_next_member(const char **text, dbc_audit_member *member)
{
	const char *at = *text + strspn(*text, "{, \t\r\n");

	if (*at != '"')
		return false;
	member->name = at;
	at = end_of_value(at);
	member->name_length = (size_t) (at - member->name);
	at += strspn(at, ": \t\r\n");
	member->value = at;
	at = end_of_value(at);
	member->value_length = (size_t) (at - member->value);
	*text = at;
	return true;
}

bool
dbc_audit_is_erased(const dbc_audit_member *member)
{
	return member->value_length == strlen(ERASED) + HASH_DIGITS + 2 &&
		   strncmp(member->value, ERASED, strlen(ERASED)) == 0;
}

/* ---- entries ---- */

const char *
dbc_audit_hash_value(dbc_host *host, const char *salt,
					 const dbc_audit_member *member)
{
	dbc_buffer text;

	dbc_buffer_init(&text, host);
	dbc_append(&text, salt);
	dbc_append_bytes(&text, member->value, member->value_length);
	return dbc_sha256(host, text.data);
}

/* Appends the name of a member and the hash of its value; false if it cannot be
 * computed. */
static bool
append_member(dbc_buffer *text, const dbc_audit_member *member,
			  dbc_audit_salts *salts, int place, int number)
{
	const char *salt = dbc_audit_salt(salts, place, number);
	dbc_value name =
		dbc_text(dbc_copy(text->host, member->name, member->name_length));

	dbc_append_hashed(text, &name);
	if (dbc_audit_is_erased(member))
		dbc_append_bytes(text, member->value + strlen(ERASED), HASH_DIGITS);
	else if (salt)
		dbc_append(text, dbc_audit_hash_value(text->host, salt, member));
	else
		return false;
	return true;
}

const char *
dbc_audit_leaf(dbc_host *host, const dbc_value *cells, dbc_audit_salts *salts,
			   int place)
{
	const char *changed = cells[DBC_ENTRY_CHANGED].text;
	dbc_audit_member member;
	dbc_value rest;
	dbc_buffer text;

	dbc_buffer_init(&text, host);
	for (int i = 0; i < DBC_ENTRY_CHANGED; i++)
		dbc_append_hashed(&text, &cells[i]);
	if (cells[DBC_ENTRY_CHANGED].kind == DBC_NULL)
		changed = "";
	for (int i = 0; dbc_audit_next_member(&changed, &member); i++)
		if (!append_member(&text, &member, salts, place, i))
			return NULL;
	/* the end of the object, and whatever follows */
	rest = cells[DBC_ENTRY_CHANGED].kind == DBC_NULL ? dbc_null()
													 : dbc_text(changed);
	dbc_append_hashed(&text, &rest);
	return dbc_copy(host, dbc_sha256(host, text.data), DBC_LEAF_DIGITS);
}

/* ---- seals ---- */

const char *
dbc_audit_root(dbc_host *host, const dbc_value *cells)
{
	dbc_buffer text;

	dbc_buffer_init(&text, host);
	for (int i = 0; i < DBC_SEAL_ROOT; i++)
		dbc_append_hashed(&text, &cells[i]);
	return dbc_sha256(host, text.data);
}
