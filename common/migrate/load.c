/*
 * load.c
 *	  dbmigrate_load: registering the files of a migration tool.
 */
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/migrate/migrate.h"

#include <string.h>

#include "common/core/json.h"
#include "common/core/options.h"
#include "common/core/text.h"

/* The path of a directory, without slashes at its end. */
static const char *
plain_path(dbc_host *host, const char *path)
{
	size_t length = strlen(path);

	while (length > 1 && path[length - 1] == '/')
		length--;
	return dbc_copy(host, path, length);
}

/*
 * Whether registered migrations are in the order of the files.  If not,
 * *applied is whether one of those that would change places is applied, and
 * pair has two of their versions.
 */
static bool
keeps_order(const dbc_migrations *list, const dbc_format_registration *files,
			int count, bool *applied, const char *pair[2])
{
	const dbc_migration *last = NULL;

	*applied = false;
	pair[0] = NULL;
	for (int i = 0; i < count; i++)
	{
		const dbc_migration *known =
			dbc_ledger_find_migration(list, files[i].version);

		if (!known || !known->registered)
			continue;
		if (last && known < last)
		{
			*applied = *applied || known->applied || last->applied;
			pair[0] = known->version;
			pair[1] = last->version;
		}
		else
			last = known;
	}
	return !pair[0];
}

/* Sorts registered migrations in the order of their tool.  Applied ones keep
 * their place unless reorder.  Returns what was done, or NULL if the order is
 * the same. */
static const char *
set_order(dbc_host *host, const dbc_migrations *list, const dbc_format_set *set,
		  bool reorder)
{
	const char *pair[2];
	bool applied;
	bool same = keeps_order(list, set->items, set->count, &applied, pair);

	if (!same)
	{
		if (applied && !reorder)
		{
			dbc_notice(host,
					   "the migrations keep their order, in which \"%s\" comes "
					   "before \"%s\"; for the order of %s load them with "
					   "{\"reorder\": true}",
					   pair[0], pair[1], set->format);
			return "kept";
		}
		dbc_notice(host,
				   "the migrations are now in the order of %s, in which \"%s\" "
				   "comes after \"%s\"",
				   set->format, pair[0], pair[1]);
	}
	for (int i = 0; i < set->count; i++)
	{
		const dbc_format_registration *r = &set->items[i];
		const dbc_migration *known =
			dbc_ledger_find_migration(list, r->version);
		const char *now = known && known->own_order ? known->order : NULL;
		if (r->order ? !now || !dbc_same(r->order, now) : now != NULL)
			dbc_query(host, "migrate/order", dbc_text(r->version),
					  dbc_text(r->order));
	}
	return same ? NULL : "changed";
}

/* Adds files that were not loaded, and why. */
static void
add_left_out(dbc_host *host, dbc_json_node *files, const dbc_format_list *list,
			 const char *reason)
{
	for (int i = 0; i < list->count; i++)
	{
		dbc_json_node *file = dbc_json_object(host);

		DBC_PUT_TEXT(file, file, list->names[i]);
		DBC_PUT_TEXT(file, reason, reason);
		dbc_json_push(files, file);
	}
}

static void
put_left_out(dbc_host *host, dbc_json_node *result, const dbc_format_set *set)
{
	dbc_json_node *files = dbc_json_array(host);

	add_left_out(host, files, &set->ignored,
				 dbc_format(host, "%s does not read it", set->format));
	add_left_out(host, files, &set->foreign, "for another database");
	if (dbc_json_length(files) > 0)
		DBC_PUT(result, ignored, files);
}

/* Fails for migrations that only their tool can run: the scripts behind them
 * would run on another schema. */
static void
refuse_programs(dbc_host *host, const dbc_format_set *set)
{
	if (set->programs.count > 0)
		dbc_fail(host, DBC_UNSUPPORTED, NULL,
				 "Write them as SQL in their place, or leave them out with the "
				 "option \"exclude\".",
				 "these migrations are not SQL: %s",
				 dbc_format_list_text(host, &set->programs));
}

/* dbmigrate_load(source, options) */
DBC_RUN(dbmigrate_load)
{
	const dbmigrate_load_options *given =
		dbc_read_options(host, &args->options, dbmigrate_load_options);
	dbc_format_options options = DBC_FORMAT_OPTIONS(given);
	bool is_json = dbc_may_be_json(args->source.text);
	const char *source =
		is_json ? args->source.text : plain_path(host, args->source.text);
	dbc_json_node *result = dbc_json_object(host);
	dbc_json_node *lists[] = {dbc_json_array(host), dbc_json_array(host),
							  dbc_json_array(host)};
	dbc_json_node *versions =
		given->verbose.integer ? dbc_json_object(host) : NULL;
	dbc_format_set set;
	const dbc_file *files;
	dbc_migrations list;
	dbc_ledger_log log;
	dbc_migrate_load load = {.host = host,
							 .list = &list,
							 .set = &set,
							 .source = is_json ? NULL : source,
							 .log = &log,
							 .renamed = dbc_json_array(host),
							 .removed = dbc_json_array(host)};
	const char *order;
	int nfiles;

	files = is_json
				? dbc_format_read_json_files(host, source, "source", &nfiles)
				: dbc_format_read_directory(host, source, &options, &nfiles);
	set = dbc_format_read(host, files, nfiles, &options);
	if (!options.dialect || !dbc_same(options.dialect, "none"))
		refuse_programs(host, &set);
	if (set.ignored.count > 0)
		dbc_notice(host, "ignored %s that %s does not read: %s",
				   dbc_count_text(host, set.ignored.count, "file"), set.format,
				   dbc_format_list_text(host, &set.ignored));
	list = dbc_migrate_start_registering(host, &log);
	log.holds_head = true;
	if (!given->partial.integer && dbc_migrate_rename_absent(&load))
		list = dbc_migrate_describe_migrations(host);
	for (int i = 0; i < set.count; i++)
	{
		dbc_migrate_register_action action;

		set.items[i].source = load.source;
		dbc_migrate_progress(host, set.items[i].version, i, set.count);
		action = dbc_migrate_register(host, &list, &set.items[i], &log);
		dbc_json_push_text(lists[action], set.items[i].version);
	}
	dbc_progress_end(host, set.count);
	order = set_order(host, &list, &set, given->reorder.integer);
	if (!given->partial.integer)
		dbc_migrate_forget_absent(&load);
	dbc_ledger_move_head(&log);
	DBC_PUT_TEXT(result, format, set.format);
	if (set.detected)
		DBC_PUT_TEXT(result, detected, set.detected);
	DBC_PUT_INT(result, files, nfiles);
	DBC_PUT_INT(result, migrations, set.count);
	for (int i = DBC_ADDED; i <= DBC_UNCHANGED; i++)
		dbc_json_put_counted(result, versions, dbc_migrate_action_names[i],
							 lists[i]);
	DBC_PUT_COUNTED(result, versions, renamed, load.renamed);
	DBC_PUT_COUNTED(result, versions, removed, load.removed);
	if (versions)
		DBC_PUT(result, versions, versions);
	put_left_out(host, result, &set);
	if (order)
		DBC_PUT_TEXT(result, order, order);
	dbc_json_emit(host, result);
}
