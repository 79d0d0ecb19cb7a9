/*
 * audit.h
 *	  A fake host for tests of the log of changes: every table is logged, and
 *	  row 1 was updated, deleted and inserted again.
 */
#ifndef FAKE_AUDIT_H
#define FAKE_AUDIT_H

#include "test/unit/fake/host.h"

/* Has a host with dbcare's tables answer what functions about the log ask. */
extern void fake_audits(fake_host *fake);

#endif /* FAKE_AUDIT_H */
