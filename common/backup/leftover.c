/*
 * leftover.c
 *	  Hidden directories, and what is left of them when a call is killed.
 *
 * A call locks what it makes.  A lock ends with its process, so what is not
 * locked is a leftover: the next call that writes removes it.
 */
#include <errno.h>

#include "common/backup/catalog.h"
#include "common/core/text.h"

/* How often another call may take a new directory for a leftover. */
#define MOST_TRIES 10

int
dbc_backup_make_hidden(dbc_host *host, dbc_backup_files *files, int at,
					   const char *name, const char **hidden)
{
	const dbc_backup_host *calls = DBC_BACKUP(host);

	for (int i = 0; i < MOST_TRIES; i++)
	{
		int made;

		*hidden = dbc_backup_hidden_name(host, name, "tmp");
		made = calls->open_directory(host, files, at, *hidden, true);
		if (made < 0)
			continue;
		/* another call may have removed it before it was locked */
		if (calls->lock(host, files, made, true) &&
			calls->is_named(files, at, *hidden, made))
		{
			calls->set_temporary(files, at, *hidden);
			return made;
		}
		calls->close(files, made);
	}
	dbc_fail(host, DBC_LOCK_NOT_AVAILABLE, NULL, "Repeat the call.",
			 "other calls remove what this one makes");
}

typedef struct removing
{
	dbc_backup_files *files;
	int at;
	const dbc_backup_entry *entry;
	int open; /* -1: not */
	bool dry_run;
	int count;
} removing;

/* Removes a name, unless the call that made it still runs. */
static void
remove_leftover(dbc_host *host, void *arg)
{
	const dbc_backup_host *calls = DBC_BACKUP(host);
	removing *r = arg;
	const char *name = r->entry->name;

	r->open = r->entry->kind == DBC_BACKUP_DIRECTORY
				  ? calls->open_directory(host, r->files, r->at, name, false)
				  : calls->open_file(host, r->files, r->at, name, false);
	if (r->open < 0 || !calls->is_named(r->files, r->at, name, r->open) ||
		!calls->lock(host, r->files, r->open, true))
		return;
	if (!r->dry_run)
		calls->remove(host, r->files, r->at, name);
	r->count++;
}

/* Whether a call of dbcare has made it: a directory of backups, or a file
 * beside one that is restored.  Other programs have hidden files, too. */
static bool
is_own(const dbc_backup_entry *entry, dbc_backup_entry_kind kind)
{
	return entry->kind == kind && dbc_backup_is_hidden_name(entry->name) &&
		   (kind == DBC_BACKUP_DIRECTORY ||
			dbc_starts_with(entry->name, "." DBC_BACKUP_RESTORED "."));
}

int
dbc_backup_remove_leftovers(dbc_host *host, dbc_backup_files *files, int at,
							dbc_backup_entry_kind kind, bool dry_run)
{
	removing r = {.files = files, .at = at, .dry_run = dry_run};
	int count;
	const dbc_backup_entry *entries =
		DBC_BACKUP(host)->list(host, files, at, &count);
	dbc_error error;

	for (int i = 0; i < count; i++)
	{
		if (!is_own(&entries[i], kind))
			continue;
		r.entry = &entries[i];
		r.open = -1;
		/* a disk that is read-only, or another user's: no reason to fail */
		(void) dbc_guard(host, remove_leftover, &r, DBC_KEEP, true, &error);
		DBC_BACKUP(host)->close(files, r.open);
	}
	return r.count;
}

/* ---- private directories ---- */

typedef struct private_directory
{
	const char *parent;
	void (*fn)(dbc_host *, dbc_backup_files *, int, const char *, void *);
	void *arg;
} private_directory;

static void
use_private(dbc_host *host, dbc_backup_files *files, void *arg)
{
	const private_directory *p = arg;
	int at = DBC_BACKUP(host)->open_directory(host, files, DBC_BACKUP_NOWHERE,
											  p->parent, false);
	const char *hidden;
	int made;

	if (at < 0)
		dbc_backup_refuse_path(host, p->parent, ENOENT);
	(void) dbc_backup_remove_leftovers(host, files, at, DBC_BACKUP_DIRECTORY,
									   false);
	made = dbc_backup_make_hidden(host, files, at, "dbcare", &hidden);
	p->fn(host, files, made, dbc_format(host, "%s/%s", p->parent, hidden),
		  p->arg);
}

void
dbc_backup_with_private(dbc_host *host, const char *parent,
						void (*fn)(dbc_host *, dbc_backup_files *, int,
								   const char *, void *),
						void *arg)
{
	private_directory p = {parent, fn, arg};

	DBC_CALL(host, backup, run)(host, use_private, &p);
}

void
dbc_backup_remove(dbc_host *host, dbc_backup_files *files, int root,
				  const char *name)
{
	const dbc_backup_host *calls = DBC_BACKUP(host);
	const char *hidden = dbc_backup_hidden_name(host, name, "old");

	calls->rename(host, files, root, name, hidden, false);
	calls->sync(host, files, root);
	calls->remove(host, files, root, hidden);
}
