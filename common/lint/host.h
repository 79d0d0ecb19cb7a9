/*
 * host.h
 *	  What lint needs from an engine besides core/host.h.
 */
#ifndef DBC_LINT_HOST_H
#define DBC_LINT_HOST_H

#include "common/core/host.h"

typedef struct dbc_lint_session dbc_lint_session; /* see lint/lint.h */
typedef struct dbc_lint_analysis dbc_lint_analysis;

typedef struct dbc_lint_host
{
	bool has_locks;	 /* analyses include the locks of statements */
	bool is_offline; /* there is no database: tables count as large */

	/*
	 * Analyses the statements of a script, one analysis for each, as if the
	 * earlier scripts of the session had run; see lint/lint.h.  Runs nothing;
	 * objects named by the script need not exist.
	 */
	void (*read_script)(dbc_host *host, dbc_lint_session *session,
						const dbc_script *script, dbc_lint_analysis *analyses);
} dbc_lint_host;

#endif /* DBC_LINT_HOST_H */
