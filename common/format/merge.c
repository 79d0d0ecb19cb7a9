/*
 * merge.c
 *	  Merges the registrations of one version into one migration and sorts
 *	  migrations in the order of their tool.
 */
#include "common/format/format.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/clock.h"
#include "common/core/sort.h"
#include "common/core/text.h"
#include "common/core/version_order.h"

#define DIGITS "0123456789"

/* The first file of a registration. */
static const char *
file_of(const dbc_format_registration *m)
{
	return m->up_file ? m->up_file : m->down_file ? m->down_file : "";
}

/* Compares keys, then versions, then files, for qsort. */
static int
compare_registrations(const void *left, const void *right)
{
	const dbc_format_registration *l = left;
	const dbc_format_registration *r = right;
	int order = strcmp(l->order, r->order);

	if (order == 0)
		order = strcmp(l->version, r->version);
	return order ? order : strcmp(file_of(l), file_of(r));
}

/* Sorts registrations by their keys. */
static void
sort_registrations(dbc_format_reader *reader)
{
	dbc_sort(reader->found, (size_t) reader->count, sizeof(*reader->found),
			 compare_registrations);
}

/* Adds a problem if two files give the same script; true if they do. */
static bool
find_duplicates(dbc_format_reader *reader, const char *left, const char *right)
{
	dbc_error problem = {.sqlstate = DBC_DUPLICATE_OBJECT};

	if (!left || !right)
		return false;
	problem.message = dbc_format(
		reader->host, "files \"%s\" and \"%s\" have the same version", left,
		right);
	problem.hint = reader->options->by_file || reader->format->no_file_versions
					   ? "Give one of the files another version."
					   : "Give one of the files another version, or make their "
						 "names the versions with {\"version\": \"file\"}.";
	dbc_format_add_problem(reader, problem);
	return true;
}

/* Adds the scripts of another file of the same version to a migration. */
static void
merge(dbc_format_reader *reader, dbc_format_registration *m,
	  const dbc_format_registration *other)
{
	if (!find_duplicates(reader, m->up_file, other->up_file))
		(void) find_duplicates(reader, m->down_file, other->down_file);
	if (other->up_file)
	{
		m->up_sql = other->up_sql;
		m->up_file = other->up_file;
		m->up_line = other->up_line;
		m->name = other->name;
	}
	if (other->down_file)
	{
		m->down_sql = other->down_sql;
		m->down_file = other->down_file;
		m->down_line = other->down_line;
	}
	m->transactional = m->transactional && other->transactional;
}

/* Whether two versions are the same for the tool. */
static bool
is_same_version(const dbc_format_reader *reader, const char *left,
				const char *right)
{
	return reader->format->text_versions || reader->options->by_file
			   ? dbc_same(left, right)
			   : dbc_version_same_number(left, right);
}

/* Merges the registrations of each version into one migration. */
void
dbc_format_merge(dbc_format_reader *reader)
{
	int kept = 0;

	if (reader->count == 0)
		return;
	for (int i = 0; i < reader->count; i++)
		reader->found[i].order =
			dbc_version_key(reader->host, reader->found[i].version, false);
	sort_registrations(reader);
	for (int i = 1; i < reader->count; i++)
	{
		if (is_same_version(reader, reader->found[kept].version,
							reader->found[i].version))
			merge(reader, &reader->found[kept], &reader->found[i]);
		else
			reader->found[++kept] = reader->found[i];
	}
	reader->count = kept + 1;
}

/* ---- the order of the tool ---- */

/* The number at the start of a file name, then the name. */
static const char *
prefix_key(dbc_host *host, const char *name)
{
	size_t digits = strspn(name, DIGITS);

	if (digits == 0)
		return dbc_format(host, "~%s", name);
	return dbc_format(host, "%s%s",
					  dbc_version_key(host, dbc_copy(host, name, digits), true),
					  name);
}

/* The key of a version that may be a time, YYYYMMDDHHMMSSmmm. */
static const char *
time_key(dbc_host *host, const char *version)
{
	const char *v = version;
	int64_t ms;

	if (strspn(v, DIGITS) == 17 && v[17] == '\0' &&
		dbc_parse_time(dbc_format(host, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2s.%.3sZ",
								  v, v + 4, v + 6, v + 8, v + 10, v + 12,
								  v + 14),
					   &ms))
		version = dbc_format(host, "%lld", (long long) ms);
	return dbc_version_key(host, version, true);
}

/* The sort key of a migration. */
static const char *
key_of(dbc_format_reader *reader, const dbc_format_registration *m)
{
	dbc_host *host = reader->host;
	const char *name = dbc_format_base_name(file_of(m));

	switch (reader->options->by_file ? DBC_BY_VERSION : reader->format->order)
	{
		case DBC_BY_VALUE:
			return m->repeatable ? m->number
								 : dbc_version_key(host, m->number, true);
		case DBC_BY_TEXT:
			return m->number;
		case DBC_BY_FILE:
			return name;
		case DBC_BY_PREFIX:
			return prefix_key(host, name);
		case DBC_BY_TIME:
			return time_key(host, m->number);
		case DBC_BY_VERSION:
			break;
	}
	return m->order;
}

/* Sorts migrations, which are in order of version, in the order of their tool;
 * sort keys are set only if that differs. */
void
dbc_format_sort(dbc_format_reader *reader)
{
	const dbc_format_registration *first = reader->found;
	bool same = true;

	for (int i = 0; i < reader->count; i++)
	{
		reader->found[i].order = key_of(reader, &reader->found[i]);
		same = same &&
			   (i == 0 || compare_registrations(first + i - 1, first + i) < 0);
	}
	if (!same)
		sort_registrations(reader);
	for (int i = 0; same && i < reader->count; i++)
		reader->found[i].order = NULL;
}
