/*
 * archive.h
 *	  A fake host for tests of deleted rows: those of table t are marked, those
 *	  of table u are in the trash.
 */
#ifndef FAKE_ARCHIVE_H
#define FAKE_ARCHIVE_H

#include "test/unit/fake/host.h"

/* Has a host with dbcare's tables answer what functions about deleted rows
 * ask. */
extern void fake_archives(fake_host *fake);

/* Restores one row of each step. */
extern int64_t fake_restore(dbc_host *host, dbc_row_step *steps, int nsteps);

#endif /* FAKE_ARCHIVE_H */
