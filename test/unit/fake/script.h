/*
 * script.h
 *	  Calls of the fake host about scripts: a statement with the word "broken"
 *	  fails, one with "locked" does so as long as fake->locked says.
 */
#ifndef FAKE_SCRIPT_H
#define FAKE_SCRIPT_H

#include "test/unit/fake/host.h"

/* Writes down a call of the core; it may be the one that is to fail. */
extern fake_entry *fake_note(dbc_host *host, const char *what);

/* The answer to a script of a label, or NULL. */
extern const dbc_rows *fake_answer(fake_host *fake, const char *label);

/* Whether a guard is around the call that is being made. */
extern bool fake_in_guard(const fake_host *fake);

extern void fake_split(dbc_host *host, const char *text, dbc_script *script);
extern const dbc_rows *fake_run(dbc_host *host, const dbc_script *script,
								const bool *skip);
extern void fake_read_script(dbc_host *host, dbc_lint_session *session,
							 const dbc_script *script,
							 dbc_lint_analysis *readings);
extern bool fake_commit(dbc_host *host, int64_t pause_ms);
extern bool fake_write(dbc_host *host, void (*fn)(dbc_host *, void *),
					   void *arg);
extern void fake_survive(dbc_host *host, void (*fn)(dbc_host *, void *),
						 void (*failed)(dbc_host *, void *, const char *),
						 void *arg);
extern void fake_lock_script(dbc_host *host, const char *version);
extern bool fake_outside(dbc_host *host, const dbc_outside_script *work,
						 dbc_error *error);

/* ---- schema.c ---- */

extern const dbc_rows *fake_schema(dbc_host *host, dbc_schema_source source);
extern void fake_store_schema(dbc_host *host);
extern const dbc_rows *fake_preview(dbc_host *host, const dbc_script *script);
extern const char *fake_diff(dbc_host *host, const dbc_migrate_schema *from,
							 const dbc_migrate_schema *to);
extern void fake_track(dbc_host *host, bool on);
extern bool fake_touched(dbc_host *host, dbc_moment moment,
						 dbc_changes *touched);
extern const char *fake_quote(dbc_host *host, const char *name);

/* ---- check.c ---- */

extern const dbc_relation *fake_resolve(dbc_host *host, const char *text);
extern const dbc_relation *fake_tables(dbc_host *host, int *ntables);
extern int64_t fake_repair(dbc_host *host, dbc_row_action act,
						   dbc_row_step *step);
extern const dbc_check_result *
fake_verify(dbc_host *host, const dbc_check_task *task, int *nresults);
extern void fake_try_rule(dbc_host *host, const dbc_relation *table,
						  const dbc_check_data_rule *rule,
						  const char *assignments);
extern void fake_rebuild(dbc_host *host, dbc_migrate_rebuild *task);
extern const dbc_check_row_violation *fake_inspect(dbc_host *host,
												   const dbc_relation *table,
												   const char *row,
												   int *nviolations);
extern int fake_mark_unsound(dbc_host *host, int64_t oid, int64_t block,
							 bool marked[DBC_BLOCK_ROWS]);
extern void fake_make_plain(dbc_host *host, int64_t oid, const dbc_relation *to,
							const dbc_check_entries *key);
extern bool fake_has_plain(dbc_host *host, const dbc_relation *to,
						   const dbc_check_texts *key);
extern void fake_put_plain(dbc_host *host, const dbc_relation *to,
						   const dbc_check_texts *row);
extern void fake_give_plain(dbc_host *host, int64_t oid,
							const dbc_relation *to);
extern int64_t fake_copy_rows(dbc_host *host, int64_t oid,
							  const dbc_relation *to,
							  const dbc_check_range *range);
extern void fake_lost_entries(dbc_host *host, const dbc_relation *table,
							  const int64_t *bad, int nbad,
							  dbc_check_entries *found);
extern void fake_salvage(dbc_host *host, const dbc_check_salvage *call,
						 struct dbc_json_node *result);

#endif /* FAKE_SCRIPT_H */
