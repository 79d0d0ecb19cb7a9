/*
 * check_stubs.c
 *	  Functions still to be written; this file ends empty.
 */
#include "functions.h"

#define STUB(name)                                             \
	void dbc_run_##name(dbc_host *host, const dbc_value *args) \
	{                                                          \
		(void) args;                                           \
		dbc_fail(host, DBC_UNSUPPORTED, NULL, NULL,            \
				 #name " is not there yet");                   \
	}

STUB(dbcheck_repair)
STUB(dbcheck_quarantine)
STUB(dbcheck_undo)
