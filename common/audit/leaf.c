/*
 * leaf.c
 *	  The hashes of entries and of segments.
 *
 * The leaf of an entry is SHA-256 over its columns, each preceded by its type
 * and length. Of a changed value only a salted hash is part of it, so that the
 * value can be erased and the leaf stays valid; all bytes between values are.
 */
#include "common/audit/seal.h"

#include <string.h>

#define ERASED	   "{\"erased\": \""
#define ERASED_END "\"}"

#define HASH_DIGITS 64

/* ---- members of an object ---- */

const char *
dbc_audit_end_of_value(const char *text)
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
	const char *at = *text;

	if (*at != '{' && *at != ',')
		return false;
	at++;
	at += *at == ' ';
	if (*at != '"')
		return false;
	member->name = at;
	at = dbc_audit_end_of_value(at);
	member->name_length = (size_t) (at - member->name);
	if (*at != ':')
		return false;
	at++;
	at += *at == ' ';
	member->value = at;
	at = dbc_audit_end_of_value(at);
	member->value_length = (size_t) (at - member->value);
	*text = at;
	return true;
}

bool
dbc_audit_is_erased(const dbc_audit_member *member)
{
	const char *digits = member->value + strlen(ERASED);

	return member->value_length ==
			   strlen(ERASED) + HASH_DIGITS + strlen(ERASED_END) &&
		   strncmp(member->value, ERASED, strlen(ERASED)) == 0 &&
		   strspn(digits, "0123456789abcdef") == HASH_DIGITS &&
		   strncmp(digits + HASH_DIGITS, ERASED_END, strlen(ERASED_END)) == 0;
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

/* Appends what is before a value, from the end of the one before, and the hash
 * of the value; false if it cannot be computed. */
static bool
append_member(dbc_buffer *text, const char *from,
			  const dbc_audit_member *member, dbc_audit_salts *salts, int place,
			  int number)
{
	const char *salt = dbc_audit_salt(salts, place, number);
	dbc_value before =
		dbc_text(dbc_copy(text->host, from, (size_t) (member->value - from)));

	dbc_append_hashed(text, &before);
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
	int number = 0;
	dbc_value rest;
	dbc_buffer text;

	dbc_buffer_init(&text, host);
	for (int i = 0; i < DBC_ENTRY_CHANGED; i++)
		dbc_append_hashed(&text, &cells[i]);
	if (cells[DBC_ENTRY_CHANGED].kind == DBC_NULL)
		changed = "";
	for (const char *from = changed; dbc_audit_next_member(&changed, &member);
		 from = changed)
		if (!append_member(&text, from, &member, salts, place, number++))
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
