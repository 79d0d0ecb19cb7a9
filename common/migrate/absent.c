/*
 * absent.c
 *	  Files that were loaded before and are missing now: renamed or deleted.
 *
 * The files decide: a pending migration without its file is not run any more,
 * an applied one is missing.  A file that was given another version has the
 * same text; running that again would fail, or do its work twice, so what is
 * known of the old version becomes what is known of the new one.
 */
#include "common/core/text.h"
#include "common/migrate/migrate.h"

#include "common/core/clock.h"
#include "common/core/names.h"

/* Whether two directories, or the absence of one, are the same. */
static bool
same_source(const char *left, const char *right)
{
	return left && right ? dbc_same(left, right) : !left && !right;
}

/* The registered migrations that this load has, too, by their place in list. */
static bool *
find_present(const dbc_migrate_load *load)
{
	bool *present = dbc_alloc(load->host, (size_t) load->list->count + 1);

	for (int i = 0; i < load->set->count; i++)
	{
		const dbc_migration *known =
			dbc_ledger_find_version(load->list, load->set->items[i].version);

		if (known)
			present[known - load->list->items] = true;
	}
	return present;
}

/* Whether files of a source are those of this load: by its name, or because the
 * load has another migration of that source. */
static bool
is_replaced(const dbc_migrate_load *load, const bool *present,
			const char *source)
{
	if (same_source(source, load->source))
		return true;
	for (int i = 0; i < load->list->count; i++)
		if (present[i] && load->list->items[i].from_file &&
			same_source(load->list->items[i].source, source))
			return true;
	return false;
}

/* The migrations whose files are missing, by their place in list. */
static bool *
find_absent(const dbc_migrate_load *load)
{
	const dbc_migrations *list = load->list;
	bool *present = find_present(load);
	bool *absent = dbc_alloc(load->host, (size_t) list->count + 1);
	const char *source = NULL;
	bool replaced = is_replaced(load, present, NULL);

	for (int i = 0; i < list->count; i++)
	{
		const dbc_migration *m = &list->items[i];

		if (present[i] || !m->registered || !m->from_file)
			continue;
		if (!same_source(m->source, source))
		{
			source = m->source;
			replaced = is_replaced(load, present, source);
		}
		absent[i] = replaced;
	}
	return absent;
}

/* ---- renamed files ---- */

/* Whether something of a migration stays in the database. */
static bool
has_begun(const dbc_migration *m)
{
	return m->applied || m->state == DBC_FAILED;
}

/* The only new file with the text of a migration, if no other absent one has
 * that text. */
static const dbc_format_registration *
find_new_name(const dbc_migrate_load *load, const bool *absent,
			  const dbc_migration *m, const char *const *checksums)
{
	const dbc_format_registration *found = NULL;

	for (int i = 0; i < load->list->count; i++)
		if (absent[i] && &load->list->items[i] != m &&
			has_begun(&load->list->items[i]) &&
			dbc_same(load->list->items[i].checksum, m->checksum))
			return NULL;
	for (int i = 0; i < load->set->count; i++)
		if (checksums[i] && dbc_same(checksums[i], m->checksum))
		{
			if (found)
				return NULL;
			found = &load->set->items[i];
		}
	return found;
}

/* The checksums of the files that are new, by their place in the set. */
static const char *const *
checksums_of_new(const dbc_migrate_load *load)
{
	const char **checksums = dbc_alloc(
		load->host, ((size_t) load->set->count + 1) * sizeof(*checksums));

	for (int i = 0; i < load->set->count; i++)
	{
		const dbc_format_registration *r = &load->set->items[i];

		if (!r->repeatable && *r->up_sql &&
			!dbc_ledger_find_version(load->list, r->version))
			checksums[i] = dbc_sha256(load->host, r->up_sql);
	}
	return checksums;
}

static void
log_rename(dbc_migrate_load *load, const dbc_migration *m, const char *event,
		   const char *version, const char *words)
{
	dbc_ledger_event logged = {.event = event,
							   .version = version,
							   .name = m->name,
							   .checksum = m->checksum,
							   .happened_at = dbc_now(load->host),
							   .error = words};

	dbc_ledger_log_event(load->log, &logged);
}

/* Gives a migration another version. */
static void
rename_one(dbc_migrate_load *load, const dbc_migration *m,
		   const dbc_format_registration *now)
{
	dbc_host *host = load->host;
	dbc_value from = dbc_text(m->version);
	dbc_value to = dbc_text(now->version);
	dbc_json_node *renamed = dbc_json_object(host);

	if (load->list->mirrored)
		dbc_fail(host, DBC_NOT_READY,
				 "The ledger of the other tool, which dbcare keeps up to date, "
				 "has the old version.",
				 "Give the file its old name.",
				 "the file of migration \"%s\" was renamed to \"%s\"",
				 m->version, now->up_file);
	DBC_PUT_TEXT(renamed, from, m->version);
	DBC_PUT_TEXT(renamed, to, now->version);
	dbc_query(host, "migrate/rename_registered", from, to);
	dbc_query(host, "migrate/rename_applied", from, to);
	dbc_query(host, "migrate/rename_deployment", from, to);
	dbc_query(host, "migrate/dependency_clear", from);
	log_rename(load, m, "repair", m->version,
			   dbc_format(host, "renamed to %s", now->version));
	if (m->applied)
		log_rename(load, m, "baseline", now->version,
				   dbc_format(host, "renamed from %s", m->version));
	dbc_notice(host,
			   "migration \"%s\" is \"%s\" now: its file was renamed, and is "
			   "not run again",
			   m->version, now->version);
	dbc_json_push(load->renamed, renamed);
}

bool
dbc_migrate_rename_absent(dbc_migrate_load *load)
{
	const bool *absent = find_absent(load);
	const char *const *checksums = NULL;
	bool any = false;

	for (int i = 0; i < load->list->count; i++)
	{
		const dbc_migration *m = &load->list->items[i];
		const dbc_format_registration *now;

		if (!absent[i] || m->repeatable || !has_begun(m))
			continue;
		dbc_poll(load->host);
		if (!checksums)
			checksums = checksums_of_new(load);
		now = find_new_name(load, absent, m, checksums);
		if (!now)
			continue;
		rename_one(load, m, now);
		any = true;
	}
	return any;
}

/* ---- deleted files ---- */

/* Says that a part of a deleted script has run, if that is so. */
static void
note_unfinished(dbc_host *host, const dbc_migration *m)
{
	dbc_ledger_progress progress = dbc_ledger_find_progress(host, m->version);
	int last = progress.statement_no - !progress.begun;

	if (last > 0)
		dbc_notice(host,
				   "migration \"%s\", whose file was deleted, has run up to "
				   "statement %d; what that changed stays",
				   m->version, last);
}

void
dbc_migrate_forget_absent(dbc_migrate_load *load)
{
	dbc_host *host = load->host;
	const bool *absent = find_absent(load);

	for (int i = 0; i < load->list->count; i++)
	{
		const dbc_migration *m = &load->list->items[i];

		if (!absent[i])
			continue;
		if (m->own_order && m->applied)
			dbc_query(host, "ledger/save_order", dbc_text(m->version));
		if (!m->applied && m->state == DBC_FAILED)
		{
			note_unfinished(host, m);
			dbc_ledger_remove_progress(host, m->version);
		}
		dbc_migrate_unregister(host, m, load->log);
		dbc_json_push_text(load->removed, m->version);
	}
}
