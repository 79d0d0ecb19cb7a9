/*
 * sqlite_verify_key.c
 *	  Keys, and sets of them.
 *
 * Two keys must be the same number exactly if SQLite would call them equal: so
 * values are first made what the affinity of the column they are compared with
 * makes of them, then told apart by their class, where a real that is whole is
 * an integer, and text by what its collation looks at.
 */
#include "sqlite_verify.h"

#include <string.h>

/* ---- memory ---- */

/* Zeroed memory for a set, or NULL. */
static void *
get_memory(dbc_pool *pool, size_t size)
{
	void *memory = sqlite3_malloc64(size);

	(void) pool;
	return memory ? memset(memory, 0, size) : NULL;
}

/* Frees it. */
static void
put_memory(dbc_pool *pool, void *memory)
{
	(void) pool;
	sqlite3_free(memory);
}

/* Opens a pool for the sets of a call. */
void
dbcsl_pool_open(dbcsl_host *h, dbcsl_pool *pool, int64_t memory)
{
	const dbc_rows *rows = dbc_query(&h->base, "check/collations", NULL, 0);

	pool->base.get = get_memory;
	pool->base.put = put_memory;
	pool->base.room = (size_t) memory;
	sqlite3_randomness(sizeof(pool->base.seed), &pool->base.seed);
	/* an application can take these names for collations of its own */
	pool->nocase_is_foreign = !dbc_cell(rows, 0, 0)->integer;
	pool->rtrim_is_foreign = !dbc_cell(rows, 0, 1)->integer;
}

/* ---- parts of keys ---- */

/* A part compared by a collation. */
dbcsl_part
dbcsl_make_part(const dbcsl_pool *pool, dbcsl_affinity affinity,
				const char *collation)
{
	dbcsl_part part = {affinity, DBCSL_FOREIGN, collation};

	if (sqlite3_stricmp(collation, "binary") == 0)
		part.collation = DBCSL_BINARY;
	else if (sqlite3_stricmp(collation, "nocase") == 0 &&
			 !pool->nocase_is_foreign)
		part.collation = DBCSL_NOCASE;
	else if (sqlite3_stricmp(collation, "rtrim") == 0 &&
			 !pool->rtrim_is_foreign)
		part.collation = DBCSL_RTRIM;
	return part;
}

/* Whether keys can be told apart without the application. */
bool
dbcsl_can_fingerprint(const dbcsl_part *parts, int nparts)
{
	int i;

	for (i = 0; i < nparts; i++)
		if (parts[i].collation == DBCSL_FOREIGN)
			return false;
	return true;
}

/* Passes over the characters of a set. */
static const char *
skip(const char *text, const char *set)
{
	return text + strspn(text, set);
}

/* Whether text begins like a number, as few texts do. */
static bool
looks_numeric(const char *text)
{
	const char *digits;
	const char *end;

	text = skip(text, " \t\n\v\f\r");
	text += *text == '+' || *text == '-';
	digits = skip(text, ".");
	end = skip(text, ".0123456789");
	return end > digits && (*end == '\0' || strchr("eE \t\n\v\f\r", *end));
}

/* A copy of text as the number that affinity makes of it; NULL if it makes none
 * of it, or if that failed. */
static sqlite3_value *
as_number(sqlite3_value *value, bool *failed)
{
	const char *text = (const char *) sqlite3_value_text(value);
	sqlite3_value *copy;

	if (!text)
	{
		*failed = true;
		return NULL;
	}
	if (!looks_numeric(text))
		return NULL;
	copy = sqlite3_value_dup(value);
	if (!copy)
		*failed = true;
	else if (sqlite3_value_numeric_type(copy) == SQLITE_TEXT)
	{
		sqlite3_value_free(copy);
		copy = NULL;
	}
	return copy;
}

/* Whether a text is a number as it stands. */
bool
dbcsl_is_numeric(sqlite3_value *value, bool *failed)
{
	sqlite3_value *number = as_number(value, failed);

	sqlite3_value_free(number);
	return number != NULL;
}

/* Adds text without the case of its letters to a fingerprint.  For NOCASE it
 * ends at a NUL, but its length counts. */
static uint64_t
add_folded(uint64_t print, const char *text, size_t length)
{
	size_t end = strnlen(text, length);
	char piece[128];
	size_t at;
	size_t i;

	for (at = 0; at < end; at += i)
	{
		for (i = 0; i < sizeof(piece) && at + i < end; i++)
			piece[i] = (char) (text[at + i] >= 'A' && text[at + i] <= 'Z'
								   ? text[at + i] | 0x20
								   : text[at + i]);
		print = dbc_key_fingerprint(print, piece, i);
	}
	return dbc_key_fingerprint(print, &length, sizeof(length));
}

/* Adds text to a fingerprint as a collation sees it; false: no memory. */
static bool
add_text(uint64_t *print, dbcsl_collation collation, sqlite3_value *value)
{
	const char *text = (const char *) sqlite3_value_text(value);
	size_t length = (size_t) sqlite3_value_bytes(value);

	if (!text)
		return false;
	if (collation == DBCSL_RTRIM)
		while (length > 0 && text[length - 1] == ' ')
			length--;
	*print = collation == DBCSL_NOCASE
				 ? add_folded(*print, text, length)
				 : dbc_key_fingerprint(*print, text, length);
	return true;
}

/* A value as it is compared. */
typedef struct plain
{
	int type;
	sqlite3_int64 integer; /* of SQLITE_INTEGER */
	double real;		   /* of SQLITE_FLOAT */
	sqlite3_value *value;  /* of all others */
	sqlite3_value *copy;   /* to be freed, or NULL */
} plain;

/* Makes of a value what it is compared as; false: no memory. */
static bool
make_plain(const dbcsl_part *part, sqlite3_value *value, plain *p)
{
	bool failed = false;

	*p = (plain){.type = sqlite3_value_type(value), .value = value};
	if (part->affinity == DBCSL_TO_NUMBER && p->type == SQLITE_TEXT)
	{
		p->copy = as_number(value, &failed);
		if (p->copy)
			p->type = sqlite3_value_type(p->copy);
	}
	else if (part->affinity == DBCSL_TO_TEXT &&
			 (p->type == SQLITE_INTEGER || p->type == SQLITE_FLOAT))
	{
		/* the number itself must not become text */
		p->copy = sqlite3_value_dup(value);
		failed = !p->copy;
		p->type = SQLITE_TEXT;
	}
	if (failed)
		return false;
	if (p->copy)
		p->value = p->copy;
	if (p->type == SQLITE_INTEGER)
		p->integer = sqlite3_value_int64(p->value);
	if (p->type != SQLITE_FLOAT)
		return true;
	p->real = sqlite3_value_double(p->value);
	if (p->real >= -9223372036854775808.0 && p->real < 9223372036854775808.0 &&
		(double) (sqlite3_int64) p->real == p->real)
	{
		p->type = SQLITE_INTEGER;
		p->integer = (sqlite3_int64) p->real;
	}
	return true;
}

/* Adds a value to a fingerprint; false: no memory. */
static bool
add_plain(uint64_t *print, dbcsl_collation collation, const plain *p)
{
	uint64_t class = *print + (uint64_t) p->type;
	const void *blob;
	size_t length;

	switch (p->type)
	{
		case SQLITE_INTEGER:
			*print =
				dbc_key_fingerprint(class, &p->integer, sizeof(p->integer));
			return true;
		case SQLITE_FLOAT:
			*print = dbc_key_fingerprint(class, &p->real, sizeof(p->real));
			return true;
		case SQLITE_TEXT:
			*print = class;
			return add_text(print, collation, p->value);
	}
	blob = sqlite3_value_blob(p->value);
	length = (size_t) sqlite3_value_bytes(p->value);
	if (!blob && length > 0)
		return false;
	*print = dbc_key_fingerprint(class, blob, length);
	return true;
}

/* Reads the key whose parts are the values at places. */
dbcsl_key_kind
dbcsl_read_key(uint64_t seed, const dbcsl_part *parts, int nparts,
			   sqlite3_value **values, const int *places, uint64_t *key)
{
	bool done = true;
	int i;

	for (i = 0; i < nparts; i++)
		if (sqlite3_value_type(values[places[i]]) == SQLITE_NULL)
			return DBCSL_KEY_NULL;
	*key = seed;
	for (i = 0; i < nparts && done; i++)
	{
		plain p;

		done = make_plain(&parts[i], values[places[i]], &p);
		if (done && nparts == 1 && p.type == SQLITE_INTEGER)
		{
			*key = (uint64_t) p.integer;
			sqlite3_value_free(p.copy);
			return DBCSL_KEY_INTEGER;
		}
		done = done && add_plain(key, parts[i].collation, &p);
		sqlite3_value_free(p.copy);
	}
	return done ? DBCSL_KEY_OTHER : DBCSL_KEY_FAILED;
}

/* ---- sets ---- */

/* Opens a set. */
void
dbcsl_keys_open(dbcsl_keys *keys, dbcsl_pool *pool, int64_t low, int64_t high,
				int64_t nkeys)
{
	dbc_keyset_open(&keys->integers, &pool->base, low, high, nkeys);
	dbc_keyset_open(&keys->others, &pool->base, 1, 0,
					keys->integers.bits ? 0 : nkeys);
}

/* Gives the memory of a set back. */
void
dbcsl_keys_close(dbcsl_keys *keys)
{
	if (keys->integers.pool)
		dbc_keyset_close(&keys->integers);
	if (keys->others.pool)
		dbc_keyset_close(&keys->others);
}
