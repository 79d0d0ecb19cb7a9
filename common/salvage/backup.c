/*
 * backup.c
 *	  [PG] The rows of a damaged table that the newest dump has: its text is
 *	  read, and nothing of it is run.
 */
#include <stdlib.h>
#include <string.h>

#include "common/backup/content.h"
#include "common/salvage/salvage.h"
#include "common/core/sort.h"
#include "common/core/tables.h"
#include "common/core/text.h"

typedef struct merging
{
	dbc_salvage *s;
	dbc_check_entry **keys; /* that are lost, sorted */
	int nkeys;
	/* of the COPY that is read */
	const char **columns; /* NULL: none was found */
	int ncolumns;
	int *places; /* of the key in a line */
	const char *line;
} merging;

/* ---- values ---- */

/* A value as COPY writes it. */
static void
append_copied(dbc_buffer *to, const char *text)
{
	static const char plain[] = "\b\f\n\r\t\v\\";
	static const char letters[] = "bfnrtv\\";

	for (; text && *text; text++)
	{
		const char *at = strchr(plain, *text);

		if (at)
			dbc_append_format(to, "\\%c", letters[at - plain]);
		else
			dbc_append_bytes(to, text, 1);
	}
	if (!text)
		dbc_append_bytes(to, "\\N", 2);
}

/* What a value of COPY means; NULL: null. */
static const char *
read_copied(dbc_host *host, const char *text, size_t length)
{
	static const char plain[] = "\b\f\n\r\t\v";
	static const char letters[] = "bfnrtv";
	dbc_buffer value;

	if (length == 2 && text[0] == '\\' && text[1] == 'N')
		return NULL;
	dbc_buffer_init(&value, host);
	for (size_t i = 0; i < length; i++)
	{
		const char *at = NULL;

		if (text[i] == '\\' && i + 1 < length)
			at = strchr(letters, text[++i]);
		dbc_append_bytes(&value, at ? &plain[at - letters] : &text[i], 1);
	}
	return value.data;
}

/* ---- keys ---- */

static int
compare_keys(const void *left, const void *right)
{
	return strcmp((*(dbc_check_entry *const *) left)->text,
				  (*(dbc_check_entry *const *) right)->text);
}

/* Whether the new table has the row: only a part of its block is damaged. */
static bool
is_saved(dbc_host *host, const dbc_salvage *s, const dbc_check_entry *entry)
{
	dbc_check_texts key = {s->entries.columns, entry->key, s->entries.nkeys};

	return DBC_CALL(host, check, has_plain)(host, &s->new_table, &key);
}

static void
sort_keys(dbc_host *host, merging *m)
{
	dbc_check_entries *entries = &m->s->entries;

	m->keys = dbc_alloc(host, ((size_t) entries->count + 1) * sizeof(*m->keys));
	for (int i = 0; i < entries->count; i++)
	{
		dbc_check_entry *entry = &entries->list[i];
		dbc_buffer text;

		dbc_poll(host);
		if (!entry->key || (entry->is_found = is_saved(host, m->s, entry)))
			continue;
		dbc_buffer_init(&text, host);
		for (int k = 0; k < entries->nkeys; k++)
		{
			dbc_append(&text, k > 0 ? "\t" : "");
			append_copied(&text, entry->key[k]);
		}
		entry->text = text.data;
		m->keys[m->nkeys++] = entry;
	}
	dbc_sort(m->keys, (size_t) m->nkeys, sizeof(*m->keys), compare_keys);
}

/* ---- lines of a dump ---- */

/* The name that a list of columns begins with, as it is; *list is what comes
 * after it. */
static const char *
read_column(dbc_host *host, const char **list)
{
	bool is_quoted = **list == '"';
	const char *at = *list + is_quoted;
	dbc_buffer name;

	dbc_buffer_init(&name, host);
	for (; *at && (is_quoted ? *at != '"' || at[1] == '"' : *at != ','); at++)
	{
		at += *at == '"';
		dbc_append_bytes(&name, at, 1);
	}
	at += *at == '"';
	*list = at + strspn(at, ", ");
	return name.data;
}

/* Reads "COPY schema.table (a, "B c") FROM stdin;". */
static void
begin_copy(dbc_host *host, merging *m, const char *line)
{
	const dbc_check_entries *entries = &m->s->entries;
	const char *begin = strstr(line, " (");
	const char *end = begin ? strstr(begin, ") FROM stdin;") : NULL;
	const char *list;

	if (!end)
		return;
	list = dbc_copy(host, begin + 2, (size_t) (end - begin - 2));
	m->columns = dbc_alloc(host, strlen(list) * sizeof(*m->columns) + 1);
	m->places = dbc_alloc(host, (size_t) entries->nkeys * sizeof(int));
	for (int i = 0; i < entries->nkeys; i++)
		m->places[i] = -1;
	for (m->ncolumns = 0; *list; m->ncolumns++)
	{
		const char *name = read_column(host, &list);

		m->columns[m->ncolumns] = name;
		for (int i = 0; i < entries->nkeys; i++)
			if (dbc_same(entries->columns[i], name))
				m->places[i] = m->ncolumns;
	}
}

/* The field of a line at a place, from 0. */
static const char *
field_at(const char *line, int place, size_t *length)
{
	while (place-- > 0 && line)
	{
		line = strchr(line, '\t');
		line = line ? line + 1 : NULL;
	}
	*length = line ? strcspn(line, "\t") : 0;
	return line;
}

/* The lost key of a line, or NULL. */
static dbc_check_entry *
find_key(dbc_host *host, const merging *m, const char *line)
{
	dbc_check_entry wanted = {0};
	dbc_check_entry *key = &wanted;
	dbc_check_entry **found;
	dbc_buffer text;

	dbc_buffer_init(&text, host);
	for (int i = 0; i < m->s->entries.nkeys; i++)
	{
		size_t length;
		const char *field = field_at(line, m->places[i], &length);

		if (m->places[i] < 0 || !field)
			return NULL;
		dbc_append(&text, i > 0 ? "\t" : "");
		dbc_append_bytes(&text, field, length);
	}
	wanted.text = text.data;
	found = dbc_search(&key, m->keys, (size_t) m->nkeys, sizeof(*m->keys),
					   compare_keys);
	return found ? *found : NULL;
}

static void
insert_line(dbc_host *host, const merging *m, const char *line)
{
	const char **values =
		dbc_alloc(host, ((size_t) m->ncolumns + 1) * sizeof(*values));
	dbc_check_texts row = {m->columns, values, m->ncolumns};

	for (int i = 0; i < m->ncolumns; i++)
	{
		size_t length;
		const char *field = field_at(line, i, &length);

		values[i] = field ? read_copied(host, field, length) : NULL;
	}
	DBC_CALL(host, check, put_plain)(host, &m->s->new_table, &row);
}

static void
use_line(dbc_host *host, void *arg)
{
	merging *m = arg;
	dbc_check_entry *entry = find_key(host, m, m->line);

	if (!entry || entry->is_found)
		return;
	insert_line(host, m, m->line);
	entry->is_found = true;
	m->s->found++;
}

static void
read_line(dbc_host *host, void *arg, const char *line)
{
	merging *m = arg;

	m->line = line;
	if (m->columns && dbc_same(line, "\\."))
		m->columns = NULL;
	else if (m->columns)
		dbc_scoped(host, use_line, m);
	else if (dbc_starts_with(line, "COPY "))
		begin_copy(host, m, line);
}

/* ---- the backup ---- */

/* The newest sound dump of the database, or NULL. */
static const dbc_backup_record *
find_newest(dbc_host *host, const dbc_backup_catalog *catalog)
{
	for (int i = catalog->nrecords - 1; i >= 0; i--)
		if (!catalog->records[i].problem &&
			dbc_same(catalog->records[i].backup.kind, "dump") &&
			dbc_same(catalog->records[i].backup.database,
					 dbc_database_name(host)))
			return &catalog->records[i];
	return NULL;
}

static void
merge(dbc_host *host, dbc_backup_files *files, void *arg)
{
	merging *m = arg;
	dbc_salvage *s = m->s;
	dbc_backup_catalog catalog;
	const dbc_backup_record *record;
	dbc_backup backup;
	dbc_backup_work work = {.backup = &backup, .files = files};
	dbc_backup_proof proof;

	dbc_backup_read_catalog(
		host, files,
		DBC_CALL(host, backup, directory)(host, s->directory, NULL, false),
		&catalog);
	record = find_newest(host, &catalog);
	if (!record)
	{
		s->why_no_backup = "there is no sound dump of this database; restore "
						   "a base backup to another place, and copy the rows "
						   "from there";
		return;
	}
	dbc_backup_keep_catalog(host, files, &catalog);
	backup = record->backup;
	s->backup = record->name;
	work.path = dbc_format(host, "%s/%s", catalog.path, record->name);
	work.directory = DBC_BACKUP(host)->open_directory(
		host, files, catalog.directory, record->name, false);
	proof = dbc_backup_test(host, &work, 1, s->place);
	if (!proof.problem && !proof.unknown)
		proof = dbc_backup_open_stream(host, &work, s->place);
	if (!proof.problem && !proof.unknown)
		proof = DBC_CALL(host, backup, read_table)(host, &work, s->table,
												   read_line, m);
	s->why_no_backup = proof.problem ? proof.problem : proof.unknown;
}

void
dbc_salvage_merge(dbc_host *host, dbc_salvage *s)
{
	merging m = {.s = s};

	sort_keys(host, &m);
	if (m.nkeys == 0)
	{
		if (s->nproblems > 0 && !s->entries.is_key)
			s->why_no_backup = "the table has no key";
		return;
	}
	dbc_progress(host, "reading the backup", 0, 1);
	DBC_CALL(host, backup, run)(host, merge, &m);
}
