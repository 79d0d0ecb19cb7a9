/*
 * verify.h
 *	  What the parts of dbaudit_verify() share.
 */
#ifndef DBC_AUDIT_VERIFY_H
#define DBC_AUDIT_VERIFY_H

#include "common/audit/seal.h"

typedef struct dbc_audit_verification
{
	dbc_host *host;
	const dbc_rows *seals;
	const dbc_rows *erasures; /* erased members of entries, by entry */
	const dbc_value *seal;	  /* the current one; NULL: none is concerned */
	int64_t present;		  /* sealed entries that exist */
} dbc_audit_verification;

/* Emits a finding; entry 0: none is concerned. */
static inline void
dbc_audit_report(const dbc_audit_verification *v, int64_t entry,
				 const char *finding, const char *message)
{
	dbc_emit(v->host, v->seal ? v->seal[DBC_SEAL_ID] : dbc_null(),
			 entry ? dbc_int(entry) : dbc_null(), dbc_text(finding),
			 dbc_text(message));
}

/* ---- verify_state.c ---- */

/* Reports entries whose columns, table or context do not exist. */
extern void dbc_audit_verify_references(dbc_audit_verification *v);

/* Reports triggers and the like on the tables of the log. */
extern void dbc_audit_verify_objects(dbc_audit_verification *v);

/* Reports rows of audited_table that are not as seals and entries say. */
extern void dbc_audit_verify_tables(dbc_audit_verification *v);

/* Reports entries that were removed without a record. */
extern void dbc_audit_verify_removal(dbc_audit_verification *v);

#endif /* DBC_AUDIT_VERIFY_H */
