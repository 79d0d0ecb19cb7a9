/*
 * statement.c
 *	  What kind of statement a text is, by its first words.
 */
#include "wire/core/relation.h"
#include "wire/core/script.h"

#include <ctype.h>
#include <string.h>

#include "common/core/sql_place.h"
#include "common/core/text.h"

/* The first words of a statement, at most so many, in lower case, each between
 * blanks: " create unique index concurrently ".  What is no word is left out.
 */
#define WORDS 400

typedef struct words
{
	char all[WORDS]; /* of the statement outside parentheses */
	char first[64];	 /* the first word */
	size_t length;
} words;

static dbc_lexeme
next(const dbc_lexeme *at)
{
	return dbc_scan_sql(at->text + at->length, DBC_ON_POSTGRESQL);
}

static void
read_words(const char *text, words *w)
{
	dbc_lexeme at = dbc_scan_sql(text, DBC_ON_POSTGRESQL);
	int depth = 0;

	memset(w, 0, sizeof(*w));
	w->all[w->length++] = ' ';
	for (; at.kind != DBC_LEX_END; at = next(&at))
	{
		depth +=
			dbc_lexeme_is_symbol(&at, "(") - dbc_lexeme_is_symbol(&at, ")");
		if (depth > 0 || at.kind != DBC_LEX_WORD)
			continue;
		if (w->length + at.length + 2 > sizeof(w->all))
			return;
		for (size_t i = 0; i < at.length; i++)
			w->all[w->length++] = dbc_lower(at.text[i]);
		w->all[w->length++] = ' ';
		if (!*w->first && at.length < sizeof(w->first))
			memcpy(w->first, w->all + 1, at.length);
	}
}

/* Whether a statement begins with these words. */
static bool
begins(const words *w, const char *start)
{
	return dbc_starts_with(w->all + 1, start) &&
		   w->all[1 + strlen(start)] == ' ';
}

/* Whether a statement has these words, outside parentheses. */
static bool
has(dbcw_host *h, const words *w, const char *part)
{
	return strstr(w->all, dbc_format(&h->base, " %s ", part)) != NULL;
}

/* ---- command ---- */

/* The objects of CREATE, ALTER and DROP with more than one word. */
static const char *const long_objects[] = {
	"materialized view",	  "foreign table",		"foreign data wrapper",
	"event trigger",		  "user mapping",		"access method",
	"operator class",		  "operator family",	"text search configuration",
	"text search dictionary", "text search parser", "text search template",
	"default privileges",	  "large object",		NULL};

/* Words between CREATE and the object. */
static const char *const modifiers[] = {
	"or",		 "replace",	   "temp",	  "temporary", "unlogged",
	"global",	 "local",	   "unique",  "trusted",   "procedural",
	"recursive", "constraint", "default", NULL};

/* Whether the words at text begin with a word of a list; *length is its
 * length. */
static bool
is_one_of(const char *text, const char *const *list, size_t *length)
{
	for (; *list; list++)
	{
		*length = strlen(*list);
		if (dbc_starts_with(text, *list) && text[*length] == ' ')
			return true;
	}
	return false;
}

/* The object of CREATE, ALTER or DROP. */
static const char *
object_of(dbcw_host *h, const words *w)
{
	const char *at = w->all + 1 + strlen(w->first) + 1;
	size_t length;

	if (is_one_of(at, long_objects, &length))
		return dbc_copy(&h->base, at, length);
	while (is_one_of(at, modifiers, &length))
		at += length + 1;
	if (is_one_of(at, long_objects, &length))
		return dbc_copy(&h->base, at, length);
	return dbc_copy(&h->base, at, strcspn(at, " "));
}

/* What follows the common table expressions of a statement. */
static const char *
main_word(const words *w)
{
	static const char *const main[] = {" select ", " insert ", " update ",
									   " delete ", " merge ",  NULL};
	const char *first = NULL;

	for (const char *const *word = main; *word; word++)
	{
		const char *found = strstr(w->all, *word);

		if (found && (!first || found < first))
			first = found;
	}
	return first;
}

/* The command as PostgreSQL calls it. */
static const char *
command_of(dbcw_host *h, const words *w)
{
	const char *name = w->first;
	char *upper;

	if (dbc_same(name, "create") || dbc_same(name, "alter") ||
		dbc_same(name, "drop"))
	{
		const char *object = object_of(h, w);

		name = dbc_same(name, "create") && dbc_same(object, "table") &&
					   has(h, w, "as")
				   ? "create table as"
				   : dbc_format(&h->base, "%s %s", name, object);
	}
	else if (dbc_same(name, "with") && main_word(w))
		name = dbc_copy(&h->base, main_word(w) + 1,
						strcspn(main_word(w) + 1, " "));
	else if (dbc_same(name, "end"))
		name = "commit";
	else if (dbc_same(name, "abort"))
		name = "rollback";
	else if (begins(w, "start transaction"))
		name = "start transaction";
	else if (begins(w, "prepare transaction"))
		name = "prepare transaction";
	else if (begins(w, "commit prepared") || begins(w, "rollback prepared"))
		name = dbc_format(&h->base, "%s prepared", name);
	else if (begins(w, "set constraints"))
		name = "set constraints";
	upper = dbc_copy(&h->base, name, strlen(name));
	for (char *c = upper; *c; c++)
		*c = (char) toupper((unsigned char) *c);
	return upper;
}

/* ---- kind ---- */

/* Whether a statement has CONCURRENTLY with an effect. */
static bool
is_concurrent(dbcw_host *h, const words *w)
{
	const char *object = object_of(h, w);

	if (!has(h, w, "concurrently"))
		return false;
	return begins(w, "reindex") || dbc_same(object, "index") ||
		   (begins(w, "alter table") && has(h, w, "detach partition"));
}

/* Whether VACUUM or REINDEX has an option in parentheses. */
static bool
has_option(const dbc_statement *statement, const char *name)
{
	dbc_lexeme at = dbc_scan_sql(statement->text, DBC_ON_POSTGRESQL);
	bool found = false;

	at = next(&at);
	if (!dbc_lexeme_is_symbol(&at, "("))
		return false;
	for (; at.kind != DBC_LEX_END && !dbc_lexeme_is_symbol(&at, ")");
		 at = next(&at))
		if (dbc_lexeme_is_one_of(&at, name))
			found = true;
		else if (found && dbc_lexeme_is_one_of(&at, " false off "))
			found = false;
	return found;
}

/* Whether a statement has NAME = false or off among its options. */
static bool
turns_off(const dbc_statement *statement, const char *name)
{
	dbc_lexeme at = dbc_scan_sql(statement->text, DBC_ON_POSTGRESQL);
	dbc_lexeme value;

	for (; at.kind != DBC_LEX_END; at = next(&at))
	{
		if (!dbc_lexeme_is_one_of(&at, name))
			continue;
		value = next(&at);
		if (dbc_lexeme_is_symbol(&value, "="))
			value = next(&value);
		if (dbc_lexeme_is_one_of(&value, " false off "))
			return true;
	}
	return false;
}

/* Whether a statement can never run inside a transaction block.  For some this
 * depends on the objects; those fail with PostgreSQL's own error. */
static bool
runs_outside(dbcw_host *h, const words *w, const dbc_statement *statement)
{
	static const char *const always[] = {"create database",
										 "drop database",
										 "create tablespace",
										 "drop tablespace",
										 "alter system",
										 "vacuum",
										 "reindex database",
										 "reindex schema",
										 "reindex system",
										 "discard all",
										 NULL};

	for (const char *const *start = always; *start; start++)
		if (begins(w, *start))
			return true;
	if (begins(w, "alter database"))
		return has(h, w, "set tablespace");
	if (begins(w, "create subscription"))
		return !turns_off(statement, " connect ") &&
			   !turns_off(statement, " create_slot ");
	if (dbc_same(w->first, "cluster"))
		return strlen(w->all) == strlen(" cluster ");
	return is_concurrent(h, w) || (dbc_same(w->first, "reindex") &&
								   has_option(statement, " concurrently "));
}

/* The kind of a statement that controls transactions; PLAIN if it is none. */
static dbc_statement_kind
kind_of_transaction(const words *w)
{
	static const char *const others[] = {"commit",
										 "end",
										 "rollback",
										 "abort",
										 "savepoint",
										 "release",
										 "prepare transaction",
										 "set transaction",
										 "set local transaction",
										 NULL};
	const char *rest = w->all + 1 + strlen(w->first);

	if (begins(w, "begin") || begins(w, "start transaction"))
		return DBC_STATEMENT_BEGIN;
	if ((begins(w, "commit") || begins(w, "end")) &&
		(dbc_same(rest, " ") || dbc_same(rest, " work ") ||
		 dbc_same(rest, " transaction ")))
		return DBC_STATEMENT_COMMIT;
	for (const char *const *start = others; *start; start++)
		if (begins(w, *start))
			return DBC_STATEMENT_TRANSACTION;
	return DBC_STATEMENT_PLAIN;
}

/* Whether a statement says how its transaction runs. */
static bool
sets_transaction(const words *w)
{
	static const char *const plain[] = {" begin ", " begin work ",
										" begin transaction ",
										" start transaction ", NULL};
	const char *const *start = plain;

	if (begins(w, "set transaction") || begins(w, "set local transaction"))
		return true;
	while (*start && !dbc_same(w->all, *start))
		start++;
	return !*start && (begins(w, "begin") || begins(w, "start transaction"));
}

static dbc_statement_kind
kind_of(dbcw_host *h, const words *w, const dbc_statement *statement)
{
	dbc_statement_kind kind = kind_of_transaction(w);

	if (kind != DBC_STATEMENT_PLAIN)
		return kind;
	if (runs_outside(h, w, statement))
		return DBC_STATEMENT_OUTSIDE;
	if (dbc_same(w->first, "set") || dbc_same(w->first, "reset") ||
		dbc_same(w->first, "discard"))
		return DBC_STATEMENT_SETTING;
	if (dbc_same(w->first, "copy") &&
		(has(h, w, "from stdin") || has(h, w, "to stdout")))
		return DBC_STATEMENT_CLIENT;
	return DBC_STATEMENT_PLAIN;
}

/* A statement without CONCURRENTLY. */
static const char *
remove_concurrently(dbcw_host *h, const char *text)
{
	char *own = dbc_copy(&h->base, text, strlen(text));
	dbc_lexeme at = dbc_scan_sql(own, DBC_ON_POSTGRESQL);

	while (at.kind != DBC_LEX_END &&
		   !dbc_lexeme_is_one_of(&at, " concurrently "))
		at = next(&at);
	if (at.kind != DBC_LEX_END)
		memset(own + (at.text - own), ' ', at.length);
	return own;
}

/* A statement with the same effect on the schema that can run in a
 * transaction. */
static const char *
inside_transaction(dbcw_host *h, const words *w, const char *text)
{
	if (is_concurrent(h, w) && !begins(w, "reindex"))
		return remove_concurrently(h, text);
	if (begins(w, "vacuum") || begins(w, "reindex") || begins(w, "cluster") ||
		begins(w, "discard"))
		return "";
	return NULL;
}

void
dbcw_classify(dbcw_host *h, dbc_statement *statement)
{
	words w;

	read_words(statement->text, &w);
	statement->kind = kind_of(h, &w, statement);
	if (statement->kind == DBC_STATEMENT_OUTSIDE)
		statement->inside = inside_transaction(h, &w, statement->text);
	statement->is_vacuum = begins(&w, "vacuum") && !begins(&w, "vacuum full") &&
						   !has_option(statement, " full ");
	statement->sets_transaction = sets_transaction(&w);
	statement->command = command_of(h, &w);
	if (statement->kind == DBC_STATEMENT_OUTSIDE &&
		(is_concurrent(h, &w) || has_option(statement, " concurrently ")))
		statement->command =
			dbc_format(&h->base, "%s CONCURRENTLY", statement->command);
}

/* ---- indexes ---- */

/* The lexeme after a word, from a lexeme on. */
static dbc_lexeme
after_word(dbc_lexeme at, const char *word)
{
	while (at.kind != DBC_LEX_END && !dbc_lexeme_is_one_of(&at, word))
		at = next(&at);
	return at.kind == DBC_LEX_END ? at : next(&at);
}

/* Skips words of a list, separated by blanks. */
static dbc_lexeme
skip_words(dbc_lexeme at, const char *list)
{
	while (dbc_lexeme_is_one_of(&at, list))
		at = next(&at);
	return at;
}

dbcw_index_work
dbcw_read_index_work(dbcw_host *h, const dbc_statement *statement)
{
	dbcw_index_work work = {.creates = false};
	dbc_lexeme at = dbc_scan_sql(statement->text, DBC_ON_POSTGRESQL);
	const char *end;

	if (statement->kind != DBC_STATEMENT_OUTSIDE)
		return work;
	work.reindexes = dbc_starts_with(statement->command, "REINDEX");
	work.creates = dbc_same(statement->command, "CREATE INDEX CONCURRENTLY");
	work.drops = dbc_same(statement->command, "DROP INDEX CONCURRENTLY");
	if (!work.creates && !work.drops)
		return work;
	at = skip_words(after_word(at, " concurrently "), " if not exists ");
	if (work.creates && !dbc_lexeme_is_one_of(&at, " on "))
	{
		const char *names = dbcw_read_names(h, at.text, &end);

		work.index = names ? dbc_copy(&h->base, names + strlen("[[\""),
									  strlen(names) - strlen("[[\"\"]]"))
						   : NULL;
	}
	if (work.creates)
		at = skip_words(after_word(at, " on "), " only ");
	if (at.kind != DBC_LEX_END)
		work.tables = dbcw_read_names(h, at.text, &end);
	return work;
}
