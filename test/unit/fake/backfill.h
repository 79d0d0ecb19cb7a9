/*
 * backfill.h
 *	  A fake host for tests of backfills: table t has the key id, and its last
 *	  row is 9.
 */
#ifndef FAKE_BACKFILL_H
#define FAKE_BACKFILL_H

#include "test/unit/fake/host.h"

/* Has a host with dbcare's tables answer what a backfill of table t asks. */
extern void fake_backfills(fake_host *fake);

/* What is written down of a backfill changes what is read of it later. */
extern void fake_note_backfill(fake_host *fake, const char *what,
							   const dbc_value *args);

/* Calls of the host. */
extern bool fake_lock_work(dbc_host *host, const char *work);
extern int64_t fake_runner_of(dbc_host *host, const char *work);

#endif /* FAKE_BACKFILL_H */
