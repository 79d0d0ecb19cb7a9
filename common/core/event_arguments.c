/*
 * event_arguments.c
 *	  The arguments of a call as an event stores them.
 *
 * Values of rows are left out: an event outlives their erasure.  So are those
 * of members whose names say that they are secrets, passwords in connection
 * strings and literals in SQL; long texts are cut.
 */
#include "common/core/event.h"

#include <string.h>

#include "common/core/json.h"
#include "common/core/names.h"
#include "common/core/sql_normal.h"

#define HIDDEN "***"

/* The most columns of rows that are named. */
#define MOST_COLUMNS 100

/* The most bytes of a text, and of an argument with JSON, which otherwise is
 * stored as a text that is cut. */
#define LONGEST_TEXT	 500
#define LONGEST_ARGUMENT 4000

/* Values that are nested more deeply are left out, too. */
#define DEEPEST 8

/* ---- texts ---- */

/* Whether a name contains a word, in any case. */
static bool
contains(const char *name, const char *word)
{
	for (; *name; name++)
		if (dbc_starts_with_nocase(name, word))
			return true;
	return false;
}

/* Whether the value of a member or an argument of this name is a secret. */
static bool
is_secret(const char *name)
{
	static const char *const words[] = {"password", "passwd", "passphrase",
										"secret",	"token",  "credential"};
	size_t length = strlen(name);

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (contains(name, words[i]))
			return true;
	/* api_key; a command may name a token */
	return (length >= 3 && dbc_same_nocase(name + length - 3, "key")) ||
		   dbc_ends_with(name, "_command");
}

/* Whether the value of a member or an argument of this name has values of
 * rows, or of placeholders, which may be secrets. */
static bool
has_row_values(const char *name)
{
	static const char *const names[] = {
		"row_data", "rows", "changes", "filters", "params", "row_key", "vars"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (dbc_same(name, names[i]))
			return true;
	return false;
}

/* Whether a text of this name is SQL. */
static bool
is_sql(const char *name)
{
	return dbc_ends_with(name, "sql") || dbc_same(name, "expression") ||
		   dbc_same(name, "condition") || dbc_same(name, "where");
}

/* The length of the value of a keyword in a connection string. */
static size_t
value_length(const char *value)
{
	const char *end;

	if (*value != '\'' && *value != '"')
		return strcspn(value, " \t\n&;");
	for (end = value + 1; *end && *end != *value; end++)
		end += *end == '\\' && end[1];
	return (size_t) (end - value) + (*end != '\0');
}

/* If a password follows, appends all before it, hides it, and returns the text
 * after it; otherwise returns text.  "://user:password@", "password = value" */
static const char *
hide_password(dbc_buffer *buffer, const char *text)
{
	size_t length = strcspn(text, " \t\n\"'");
	const char *start = text;
	const char *end;

	if (dbc_starts_with(text, "://"))
	{
		for (end = text + length; end > text && *end != '@';)
			end--;
		start = memchr(text + 3, ':', length > 3 ? length - 3 : 0);
		if (!start || start > end)
			return text;
		start++;
	}
	else if (dbc_starts_with_nocase(text, "password") ||
			 dbc_starts_with_nocase(text, "passwd"))
	{
		start += strcspn(text, "dD") + 1;
		start += strspn(start, " \t");
		if (*start != '=')
			return text;
		start += 1 + strspn(start + 1, " \t");
		end = start + value_length(start);
	}
	else
		return text;
	dbc_append_bytes(buffer, text, (size_t) (start - text));
	dbc_append(buffer, HIDDEN);
	return end;
}

/* The text without passwords of connection strings. */
static const char *
hide_passwords(dbc_host *host, const char *text)
{
	dbc_buffer buffer;

	if (!strstr(text, "://") && !contains(text, "passw"))
		return text;
	dbc_buffer_init(&buffer, host);
	while (*text)
	{
		const char *rest = hide_password(&buffer, text);

		if (rest == text)
			dbc_append_bytes(&buffer, text++, 1);
		else
			text = rest;
	}
	return buffer.data;
}

/* A text as it is stored. */
static const char *
redact(dbc_host *host, const char *text, bool sql)
{
	if (sql)
	{
		dbc_normalised_sql *normal = dbc_alloc(host, sizeof(*normal));

		dbc_normalise_sql(text, host->engine, normal);
		text = normal->text;
	}
	text = hide_passwords(host, text);
	if (strlen(text) <= LONGEST_TEXT)
		return text;
	return dbc_format(host, "%.*s...", (int) dbc_valid_utf8(text, LONGEST_TEXT),
					  text);
}

/* ---- JSON ---- */

/* Adds a value to an object, or to an array if name is NULL. */
static void
add(dbc_json_node *to, const char *name, dbc_value value)
{
	if (name)
		dbc_json_put_value(to, name, &value);
	else
		dbc_json_push_value(to, &value);
}

/* The names of the members of an object. */
static dbc_json_node *
list_members(dbc_host *host, const dbc_json_item *object)
{
	dbc_json_node *names = dbc_json_array(host);
	const dbc_json_item *key = object + 1;

	for (uint32_t i = 0; i < object->length && i < MOST_COLUMNS; i++)
	{
		dbc_json_push_text(names, dbc_json_string(host, key));
		key = dbc_json_next(dbc_json_next(key));
	}
	return names;
}

/* What rows, keys, filters or parameters have besides their values: their
 * columns, and how many they are. */
static dbc_json_node *
describe_rows(dbc_host *host, const dbc_json_item *item)
{
	dbc_json_node *node = dbc_json_object(host);

	if (item->kind == DBC_I_ARRAY)
		DBC_PUT_INT(node, count, item->length);
	if (item->kind == DBC_I_ARRAY && item->length > 0)
		item++;
	if (item->kind == DBC_I_OBJECT)
		DBC_PUT(node, columns, list_members(host, item));
	return node;
}

/* The contents of an array or object; sql: its texts are SQL. */
static dbc_json_node *
redact_contents(dbc_host *host, const dbc_json_item *item, bool sql, int depth)
{
	bool object = item->kind == DBC_I_OBJECT;
	dbc_json_node *node = object ? dbc_json_object(host) : dbc_json_array(host);
	const dbc_json_item *value = item + 1;

	for (uint32_t i = 0; i < item->length; i++, value = dbc_json_next(value))
	{
		const char *name = object ? dbc_json_string(host, value++) : NULL;
		const char *text = dbc_json_value_text(host, value);
		bool nested = value->kind >= DBC_I_ARRAY;
		bool texts = sql || (name && is_sql(name));

		if (name && nested && has_row_values(name))
			add(node, name,
				dbc_json(dbc_json_text(describe_rows(host, value))));
		else if ((name && (is_secret(name) || has_row_values(name))) ||
				 (nested && depth == DEEPEST))
			add(node, name, dbc_text(HIDDEN));
		else if (nested)
			add(node, name,
				dbc_json(dbc_json_text(
					redact_contents(host, value, texts, depth + 1))));
		else if (value->kind == DBC_I_STRING)
			add(node, name, dbc_text(redact(host, text, texts)));
		else
			add(node, name, dbc_json(text));
	}
	return node;
}

/* Whether text is a JSON object or array, which *root then is. */
static bool
is_container(dbc_host *host, const dbc_value *value, const dbc_json_item **root)
{
	const char *problem;

	if (value->kind != DBC_JSON &&
		!strchr("{[", value->text[strspn(value->text, " \t\r\n")]))
		return false;
	*root = dbc_json_read(host, value->text, strlen(value->text), NULL, 0,
						  &problem);
	return *root && (*root)->kind >= DBC_I_ARRAY;
}

/* An argument as it is stored. */
static dbc_value
redact_argument(dbc_host *host, const char *name, const dbc_value *value)
{
	const dbc_json_item *root;
	const char *text;

	if (has_row_values(name) && value->kind != DBC_TEXT &&
		value->kind != DBC_JSON)
		return dbc_text(HIDDEN);
	if (value->kind != DBC_TEXT && value->kind != DBC_JSON)
		return *value;
	if (has_row_values(name))
		return is_container(host, value, &root)
				   ? dbc_json(dbc_json_text(describe_rows(host, root)))
				   : dbc_text(HIDDEN);
	if (is_secret(name))
		return dbc_text(HIDDEN);
	if (!is_container(host, value, &root))
		return dbc_text(redact(host, value->text, is_sql(name)));
	text = dbc_json_text(redact_contents(host, root, is_sql(name), 1));
	return strlen(text) > LONGEST_ARGUMENT ? dbc_text(redact(host, text, false))
										   : dbc_json(text);
}

const char *
dbc_event_arguments(dbc_host *host)
{
	const dbc_field *field = host->function->args;
	dbc_json_node *all = dbc_json_object(host);

	for (int i = 0; field[i].type != DBC_T_END; i++)
		if (host->args[i].kind != DBC_NULL)
			add(all, field[i].name,
				redact_argument(host, field[i].name, &host->args[i]));
	return dbc_json_text(all);
}
