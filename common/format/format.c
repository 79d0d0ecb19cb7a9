/*
 * format.c
 *	  Reads the files of migration tools with the reader of their format.
 */
#include "common/format/format.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/text.h"
#include "common/format/names.h"

#define NAME(id, name) name,
const char *const dbc_format_names[] = {DBC_FORMATS(NAME) NULL};
#undef NAME

#define FORMAT(id, name) &dbc_format_##id,
static const dbc_format_type *const formats[] = {DBC_FORMATS(FORMAT)};
#undef FORMAT

/* The most problems in a message. */
#define MOST_PROBLEMS 50

/* The format with this name, which is in the list. */
static const dbc_format_type *
format_named(const char *name)
{
	int f = 0;

	while (!dbc_same(formats[f]->name, name))
		f++;
	return formats[f];
}

/* ---- reading ---- */

/* Sees to a migration without a script that makes its change. */
static void
require_up(dbc_format_reader *reader, dbc_format_registration *m)
{
	dbc_host *host = reader->host;
	dbc_error problem = {.sqlstate = DBC_UNDEFINED_OBJECT,
						 .hint = "Add the up file."};

	if (m->up_sql)
		return;
	if (!reader->format->up_optional)
	{
		problem.message =
			dbc_format(host, "migration \"%s\" has no up script", m->version);
		problem.detail =
			dbc_format(host, "The only file is \"%s\".",
					   m->down_file ? m->down_file : "metadata.toml");
		dbc_format_add_problem(reader, problem);
		return;
	}
	dbc_notice(host,
			   "migration %s has no up script, so applying it does nothing",
			   m->version);
	m->up_sql = "";
	m->up_line = 1;
}

/* Reads one file. */
static void
read_file(dbc_format_reader *reader, const dbc_file *file)
{
	bool is_sql = dbc_ends_with(file->name, ".sql");

	reader->file = file;
	if ((reader->format->all_files || is_sql) &&
		!reader->format->read(reader, file) && is_sql)
		dbc_format_add_name(reader->host, &reader->ignored, file->path);
}

/* Reads all files; for dbc_guard(). */
static void
read_files(dbc_host *host, void *arg)
{
	dbc_format_reader *reader = arg;

	(void) host;
	for (int i = 0; i < reader->nfiles; i++)
		read_file(reader, &reader->files[i]);
	if (reader->format->finish)
		reader->format->finish(reader);
}

/* Reads the current file; for dbc_guard(). */
static void
read_again(dbc_host *host, void *arg)
{
	dbc_format_reader *reader = arg;

	(void) host;
	read_file(reader, reader->file);
}

/* Adds a problem for every unreadable file; without one, finishes the reader.
 */
static void
find_problems(dbc_format_reader *reader, const dbc_error *first)
{
	dbc_error error;

	reader->count = 0;
	for (int i = 0; i < reader->nfiles; i++)
	{
		reader->file = &reader->files[i];
		if (!dbc_guard(reader->host, read_again, reader, DBC_KEEP, false,
					   &error))
			dbc_format_add_problem(reader, error);
	}
	if (reader->nproblems == 0)
		dbc_format_add_problem(reader, *first);
}

/* Fails if there are problems: with the problem if there is one, else with a
 * list. */
static void
raise_problems(const dbc_format_reader *reader)
{
	const char *hint = reader->nproblems ? reader->problems[0].hint : NULL;
	dbc_buffer list;
	int i;

	if (reader->nproblems == 0)
		return;
	if (reader->nproblems == 1)
		dbc_rethrow(reader->host, &reader->problems[0]);
	dbc_buffer_init(&list, reader->host);
	for (i = 0; i < reader->nproblems && i < MOST_PROBLEMS; i++)
	{
		const dbc_error *problem = &reader->problems[i];
		const char *line = problem->detail;

		if (!hint || !problem->hint || !dbc_same(hint, problem->hint))
			hint = "Correct the files, or leave files out with the option "
				   "\"exclude\".";

		dbc_append_format(&list, "%s%s", i ? "; " : "", problem->message);
		if (line && dbc_starts_with(line, "Line "))
			dbc_append_format(&list, " (line %d)",
							  atoi(line + strlen("Line ")));
	}
	if (i < reader->nproblems)
		dbc_append_format(&list, "; and %d more", reader->nproblems - i);
	dbc_fail(reader->host, reader->problems[0].sqlstate,
			 dbc_format(reader->host, "%s.", list.data), hint,
			 "%d problems in the files of format %s", reader->nproblems,
			 reader->format->name);
}

/* Fails where the versions of a format cannot be names of files. */
static void
check_options(const dbc_format_reader *reader)
{
	if (reader->options->by_file && reader->format->no_file_versions)
		dbc_fail(reader->host, DBC_INVALID_PARAMETER, NULL,
				 "Remove the option \"version\".",
				 "names of files cannot be the versions of %s migrations",
				 reader->format->name);
}

/* Whether a file in the language of a tool is a migration.  Without a version in
 * its name it is known by its text: there may be other files in that language. */
static bool
is_program(const dbc_format_type *format, const dbc_file *file)
{
	if (!dbc_name_ends_with_any(file->path, format->programs))
		return false;
	if (format == &dbc_format_liquibase)
		return strstr(file->text, "databaseChangeLog") != NULL;
	return dbc_name_has_version(dbc_format_base_name(file->path)) ||
		   strstr(file->text, "goose.AddNamedMigration") ||
		   strstr(file->text, "goose.NewGoMigration");
}

/* The migrations beside the scripts that only the tool can run. */
static dbc_format_list
find_programs(const dbc_format_reader *reader)
{
	dbc_format_list found = {.count = 0};

	for (int i = 0; reader->format->programs && i < reader->nprograms; i++)
	{
		const dbc_file *file = &reader->programs[i];

		if (is_program(reader->format, file))
			dbc_format_add_name(reader->host, &found, file->path);
	}
	return found;
}

/* Fails because there are no migrations; lists the files that were found. */
static _Noreturn void
refuse_absence(const dbc_format_reader *reader)
{
	dbc_host *host = reader->host;
	const char *hint = dbc_format(host, "Files of this format are called %s.",
								  reader->format->files);
	const char *detail = NULL;

	if (reader->ignored.count > 0)
		detail = dbc_format(host, "%s does not read %s.", reader->format->name,
							dbc_format_list_text(host, &reader->ignored));
	else if (reader->foreign.count > 0)
	{
		detail = dbc_format(host, "Files for other databases are %s.",
							dbc_format_list_text(host, &reader->foreign));
		hint = "Name the database of the files with the option \"dialect\".";
	}
	dbc_fail(host, DBC_UNDEFINED_OBJECT, detail, hint, "no %s migrations found",
			 reader->format->name);
}

dbc_format_set
dbc_format_read(dbc_host *host, const dbc_file *files, int nfiles,
				const dbc_format_options *options)
{
	dbc_format_reader reader = {
		.host = host, .formats = formats, .options = options};
	dbc_format_set set = {.format = NULL};
	dbc_error error;

	dbc_format_select(&reader, files, nfiles);
	reader.format = options->format ? format_named(options->format)
									: dbc_format_detect(&reader, &set.detected);
	check_options(&reader);
	if (reader.format->parts)
		dbc_format_flatten(&reader);
	if (!dbc_guard(host, read_files, &reader, DBC_KEEP, false, &error))
		find_problems(&reader, &error);
	raise_problems(&reader);
	dbc_format_replace_placeholders(&reader);
	dbc_format_merge(&reader);
	if (reader.count == 0)
		refuse_absence(&reader);
	dbc_format_sort(&reader);
	for (int i = 0; i < reader.count; i++)
		require_up(&reader, &reader.found[i]);
	raise_problems(&reader);
	dbc_format_refuse_ways_back(&reader);
	set.format = reader.format->name;
	set.items = reader.found;
	set.count = reader.count;
	set.ignored = reader.ignored;
	set.foreign = reader.foreign;
	set.programs = find_programs(&reader);
	return set;
}
