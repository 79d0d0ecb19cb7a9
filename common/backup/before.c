/*
 * before.c
 *	  A backup before something that may go wrong; see before.h.
 */
#include "common/backup/before.h"

#include "common/backup/create.h"
#include "common/backup/schedule.h"
#include "common/core/tables.h"

/* A backup beside encrypted ones is encrypted, too: with the key of the daily
 * one. */
static void
choose_key(dbc_host *host, dbc_backup_files *files, dbc_backup_order *order)
{
	dbc_backup_catalog catalog;
	bool are_encrypted;

	dbc_backup_read_catalog(
		host, files, DBC_CALL(host, backup, directory)(host, NULL, NULL, true),
		&catalog);
	are_encrypted = dbc_backup_are_encrypted(&catalog, dbc_database_name(host));
	DBC_BACKUP(host)->close(files, catalog.directory);
	order->place = dbc_backup_scheduled_key(host);
	if (are_encrypted && !dbc_backup_has_place(&order->place))
		dbc_fail(host, DBC_NOT_READY,
				 "The backups of this database are encrypted, and no key is "
				 "known for another one.",
				 "Call dbbackup_create() with the option encrypt, and repeat "
				 "the call without the option backup.",
				 "the backup before this call would not be encrypted");
}

static void
make_encrypted(dbc_host *host, dbc_backup_files *files, void *arg)
{
	choose_key(host, files, arg);
	dbc_backup_make(host, files, arg);
}

static void
make(dbc_host *host, void *order)
{
	DBC_CALL(host, backup, run)(host, make_encrypted, order);
}

const char *
dbc_backup_before(dbc_host *host)
{
	dbc_backup_order order = {.level = DBC_BACKUP_DEFAULT_LEVEL,
							  .is_before = true};

	if (DBC_BACKUP(host)->before)
		DBC_BACKUP(host)->before(host, make, &order);
	else
		make(host, &order);
	/* a function or collation of the application may be missing for more */
	if (!order.pages_proven)
		dbc_fail(host, DBC_NOT_READY,
				 dbc_backup_sentence(host, order.verified.detail), NULL,
				 "backup \"%s\" cannot be verified, so nothing was changed",
				 order.backup.name);
	return order.backup.name;
}
