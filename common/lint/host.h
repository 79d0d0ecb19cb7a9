/*
 * host.h
 *	  What lint asks of an engine besides core/host.h.
 */
#ifndef DBC_LINT_HOST_H
#define DBC_LINT_HOST_H

#include "common/core/host.h"

typedef struct dbc_lint_session dbc_lint_session; /* see lint/lint.h */
typedef struct dbc_lint_analysis dbc_lint_analysis;

typedef struct dbc_lint_host
{
	bool has_locks; /* analyses tell the locks of statements */

	/*
	 * Tells what the statements of a script would do, one analysis for each,
	 * after the scripts of the session that were read before; see lint/lint.h.
	 * Nothing of it runs here, and what the script names need not exist.
	 */
	void (*read_script)(dbc_host *host, dbc_lint_session *session,
						const dbc_script *script, dbc_lint_analysis *analyses);
} dbc_lint_host;

#endif /* DBC_LINT_HOST_H */
