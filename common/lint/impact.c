/*
 * impact.c
 *	  What a statement does to relations that existed before its script.
 */
#include "common/lint/run.h"

/* Whether other sessions can use a relation: it existed before the script and
 * is not temporary. */
static bool
is_shared(const dbc_lint_session *session, const dbc_lint_object *object)
{
	return object && !object->temporary &&
		   !dbc_lint_is_created_here(session, object);
}

/* The larger of a size and the size of a relation. */
static int64_t
larger(const dbc_lint_session *session, int64_t bytes,
	   const dbc_lint_object *object)
{
	return is_shared(session, object) && object->measured &&
				   object->bytes > bytes
			   ? object->bytes
			   : bytes;
}

/* Adds the effect of the operations of a statement. */
static void
add_operations(const dbc_lint_session *session,
			   const dbc_lint_analysis *analysis, bool has_effects,
			   dbc_lint_impact *impact)
{
	for (int i = 0; i < analysis->noperations; i++)
	{
		const dbc_lint_operation *operation = &analysis->operations[i];

		impact->bytes = larger(session, impact->bytes, operation->object);
		impact->bytes = larger(session, impact->bytes, operation->other);
		if (operation->verb == DBC_V_OPAQUE)
			impact->opaque = true;
		/* PostgreSQL reports rewrites as effects; there dropping a column is
		 * none */
		if (!has_effects && is_shared(session, operation->object) &&
			(operation->verb == DBC_V_DROP_COLUMN ||
			 operation->verb == DBC_V_REWRITE))
			impact->rewrites = true;
	}
}

dbc_lint_impact
dbc_lint_find_impact(const dbc_lint_runner *linter,
					 const dbc_lint_result *linted, int i)
{
	const dbc_lint_session *session = linter->session;
	dbc_json_node *locks = dbc_json_object(linter->host);
	dbc_lint_impact impact = {.bytes = -1};
	const dbc_lint_analysis *analysis;

	/* the script could not be analysed */
	if (i >= linted->script.nstatements)
		return (dbc_lint_impact){.bytes = -1, .opaque = true};
	analysis = &linted->analyses[i];
	add_operations(session, analysis, DBC_ROOM(linter->host, lint)->has_locks,
				   &impact);
	for (int e = 0; e < analysis->neffects; e++)
	{
		const dbc_lint_effect *effect = &analysis->effects[e];

		if (!is_shared(session, effect->object))
			continue;
		impact.bytes = larger(session, impact.bytes, effect->object);
		impact.rewrites |= effect->rewrites;
		if (effect->lock == DBC_L_NONE)
			continue;
		if (effect->lock > impact.lock)
			impact.lock = effect->lock;
		dbc_json_put_text(locks, effect->object->shown,
						  dbc_lint_lock_mode_name(effect->lock));
	}
	impact.locks = dbc_json_text(locks);
	return impact;
}
