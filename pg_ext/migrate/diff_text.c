/*
 * diff_text.c
 *	  Statements, comments and names in the SQL of a diff.
 */
#include "pg_ext/migrate/diff.h"

void
dbcpg_migrate_write_statement(diff *d, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	dbc_append(&d->out, dbc_vformat(d->host, format, args));
	va_end(args);
	dbc_append(&d->out, ";\n");
}

/* A name may contain newlines. */
void
dbcpg_migrate_write_comment(diff *d, const char *format, ...)
{
	const char *text;
	va_list args;

	va_start(args, format);
	text = dbc_vformat(d->host, format, args);
	va_end(args);
	dbc_append(&d->out, "-- ");
	for (; *text; text++)
		dbc_append_bytes(&d->out, strchr("\r\n", *text) ? " " : text, 1);
	dbc_append(&d->out, "\n");
}

void
dbcpg_migrate_comment_data_loss(diff *d, const char *what, const char *name)
{
	dbcpg_migrate_write_comment(d, "destroys data: %s %s", what, name);
}

/* Writes a comment for an object without SQL. */
void
dbcpg_migrate_comment_omitted(diff *d, const char *what, const diff_node *node)
{
	dbcpg_migrate_write_comment(d, "not included: %s %s", what, node->label);
}

const char *
dbcpg_migrate_unqualified_name(const char *name)
{
	const char *part = name;
	bool quoted = false;

	for (; *name; name++)
		if (*name == '"')
			quoted = !quoted;
		else if (*name == '.' && !quoted)
			part = name + 1;
	return part;
}

const char *
dbcpg_migrate_first_word(diff *d, const char *text)
{
	const char *end = text;
	bool quoted = false;

	for (; *end && (quoted || *end != ' '); end++)
		quoted ^= *end == '"';
	return dbc_copy(d->host, text, (size_t) (end - text));
}
