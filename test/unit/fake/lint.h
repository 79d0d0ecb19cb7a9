/*
 * lint.h
 *	  Scripts for the rules of dbmigrate_lint, whose operations a test makes up.
 *
 * Where one is named after what it expects, it fails the test if that is not
 * so.  A statement is made of one operation; its text matters to suggestions
 * only.
 */
#ifndef FAKE_LINT_H
#define FAKE_LINT_H

#include "test/unit/fake/host.h"

/* Tables that are there and large, one that the script has made, a partitioned
 * one, a type. */
extern dbc_lint_object fake_big;
extern dbc_lint_object fake_other;
extern dbc_lint_object fake_fresh;
extern dbc_lint_object fake_parts;
extern dbc_lint_object fake_type;

/* A rule reports a script, read as these, with a severity; NULL: it does not.
 * asked: its name is in the option rules. */
extern void lint_reads(const char *sql, const dbc_lint_analysis *analyses,
					   const char *rule, bool asked, const char *severity);

/* Limits waits for locks, and makes scripts transactional or not, from now on.
 */
extern void lint_options(const char *lock_timeout_ms, bool transactional);

/* A rule reports a statement with a severity, or does not report it. */
extern void lint_finds(const char *sql, dbc_lint_operation operation,
					   const char *rule, const char *severity);
extern void lint_silent(const char *sql, dbc_lint_operation operation,
						const char *rule);

/* The same when the option rules names it. */
extern void lint_asked(const char *sql, dbc_lint_operation operation,
					   const char *rule, const char *severity);
extern void lint_unasked(const char *sql, dbc_lint_operation operation,
						 const char *rule);

/* A rule does not report a statement with one more flag. */
extern void lint_spares(const char *sql, dbc_lint_operation operation,
						const char *rule, unsigned flag);

/* Both: it reports it, but not with one more flag, nor of a new table. */
extern void lint_fires(const char *sql, dbc_lint_operation operation,
					   const char *rule, const char *severity, unsigned flag);

/* It is an error of a large table or one whose size is not known, less of a
 * smaller one, and nothing of an empty one. */
extern void lint_weighs(const char *sql, dbc_lint_operation operation,
						const char *rule);

/* A script of two statements; its text, if that matters. */
extern void lint_pair_of(const char *sql, const dbc_lint_operation *pair,
						 const char *rule, const char *severity);
extern void lint_pair_finds(const dbc_lint_operation *pair, const char *rule,
							const char *severity);
extern void lint_pair_silent(const dbc_lint_operation *pair, const char *rule);

/* Statements lock a table against everybody, too; NULL: none. */
extern void lint_also_locks(const dbc_lint_object *object);

/* The message or suggestion of the last finding. */
extern void lint_says(const char *message);
extern void lint_suggests(const char *suggestion);
extern void lint_suggests_part(const char *part);

#endif /* FAKE_LINT_H */
