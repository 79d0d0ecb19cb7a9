/*
 * before.c
 *	  A backup before something that may go wrong; see before.h.
 */
#include "common/backup/before.h"

#include "common/backup/create.h"

static void
make(dbc_host *host, void *order)
{
	DBC_CALL(host, backup, run)(host, dbc_backup_make, order);
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
	if (!order.verified.known)
		dbc_fail(host, DBC_NOT_READY,
				 dbc_backup_sentence(host, order.verified.detail), NULL,
				 "backup \"%s\" cannot be verified, so nothing was changed",
				 order.backup.name);
	return order.backup.name;
}
