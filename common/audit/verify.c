/*
 * verify.c
 *	  dbaudit_verify: whether the sealed entries are as they were sealed.
 */
#include "common/audit/replay.h"
#include "common/audit/verify.h"

#include <ctype.h>
#include <string.h>

#include "common/check/user_table.h"
#include "common/core/functions.h"
#include "common/core/json.h"
#include "common/core/options.h"
#include "common/core/tables.h"
#include "common/format/host.h"

/* The largest file with seals, in bytes. */
#define ANCHOR_MOST ((size_t) 64 << 20)

/* The columns of audit/sealed.sql, without the first two the entry. */
enum
{
	S_ENTRY,
	S_LEAF,
	S_CELLS
};
#define SEALED_SHAPE "itIIITITTTTTTTTTTT"

typedef dbc_audit_verification verification;

/* ---- entries ---- */

/* Whether the log records that a member of an entry was erased. */
static bool
is_recorded(const verification *v, int64_t entry, const char *name)
{
	int low = 0;
	int high = v->erasures->nrows;

	while (low < high)
	{
		int middle = low + (high - low) / 2;

		if (dbc_get_int(v->host, v->erasures, middle, 0) < entry)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < v->erasures->nrows &&
		   dbc_get_int(v->host, v->erasures, low, 0) == entry;
		 low++)
		if (dbc_same(dbc_get_text_or_null(v->host, v->erasures, low, 1), name))
			return true;
	return false;
}

/* Reports values that are missing without a record. */
static void
verify_erased(const verification *v, int64_t entry, const char *changed)
{
	dbc_audit_member member;

	while (dbc_audit_next_member(&changed, &member))
	{
		const char *name = dbc_audit_member_name(v->host, &member);

		if (dbc_audit_is_erased(&member) &&
			(!name || !is_recorded(v, entry, name)))
			dbc_audit_report(v, entry, "entry_erased",
							 dbc_format(v->host,
										"the value of %s in entry %lld is "
										"erased, and no entry records who "
										"erased it",
										name ? name : "?", (long long) entry));
	}
}

static void
verify_entry(verification *v, const dbc_rows *rows, int row,
			 dbc_audit_salts *salts)
{
	dbc_host *host = v->host;
	const char *misfit = dbc_describe_mismatch(host, rows, row, SEALED_SHAPE);
	const dbc_value *cells =
		dbc_get_row(host, rows, row, misfit ? "" : SEALED_SHAPE);
	int64_t entry = cells[S_ENTRY].integer;
	const char *leaf;

	if (cells[S_CELLS].kind == DBC_NULL)
	{
		dbc_audit_report(
			v, entry, "entry_removed",
			dbc_format(host, "entry %lld was removed", (long long) entry));
		return;
	}
	v->present++;
	leaf = misfit ? NULL : dbc_audit_leaf(host, cells + S_CELLS, salts, row);
	if (!leaf || !dbc_same(leaf, cells[S_LEAF].text))
		dbc_audit_report(v, entry, "entry_changed",
						 dbc_format(host, "entry %lld was changed%s%s",
									(long long) entry, misfit ? ": " : "",
									misfit ? misfit : ""));
	else if (cells[S_CELLS + DBC_ENTRY_CHANGED].kind != DBC_NULL)
		verify_erased(v, entry, cells[S_CELLS + DBC_ENTRY_CHANGED].text);
}

/* Compares the entries of a seal with their leaves. */
static void
verify_entries(dbc_host *host, void *arg)
{
	verification *v = arg;
	const dbc_value *texts = dbc_get_row(
		host, dbc_query(host, "audit/seal_texts", v->seal[DBC_SEAL_ID]), 0,
		"tt");
	const dbc_rows *rows;
	dbc_audit_salts salts;

	if (!dbc_same(dbc_sha256(host, texts[0].text),
				  v->seal[DBC_SEAL_DIGEST].text))
	{
		dbc_audit_report(v, 0, "seal_changed",
						 "the hashes of the entries were changed");
		v->present += v->seal[DBC_SEAL_COUNT].integer;
		return;
	}
	dbc_audit_read_salts(host, &salts, texts[1].text);
	if (salts.is_strange)
		dbc_audit_report(v, 0, "seal_changed",
						 "what the values were hashed with was changed");
	rows = dbc_query(host, "audit/sealed", v->seal[DBC_SEAL_ID]);
	for (int i = 0; i < rows->nrows; i++)
	{
		verify_entry(v, rows, i, &salts);
		dbc_poll(host);
	}
}

/* Reports entries that were added between sealed ones. */
static void
verify_count(verification *v)
{
	const dbc_value *last = v->seal;
	dbc_host *host = v->host;
	const dbc_rows *rows =
		dbc_query(host, "audit/count_sealed", last[DBC_SEAL_TO_TRANSACTION],
				  last[DBC_SEAL_TO_ENTRY], last[DBC_SEAL_EARLIER]);

	if (dbc_get_int(host, rows, 0, 0) == v->present)
		return;
	rows = dbc_query(host, "audit/inserted", last[DBC_SEAL_TO_TRANSACTION],
					 last[DBC_SEAL_TO_ENTRY], last[DBC_SEAL_EARLIER]);
	v->seal = NULL;
	for (int i = 0; i < rows->nrows; i++)
	{
		int64_t entry = dbc_get_int(host, rows, i, 0);

		dbc_audit_report(v, entry, "entry_inserted",
						 dbc_format(host,
									"entry %lld was inserted after the sealing",
									(long long) entry));
	}
}

/* ---- seals ---- */

/* Compares a seal with the one before it. */
static void
verify_link(verification *v, int row)
{
	dbc_host *host = v->host;
	const dbc_value *before =
		row > 0 ? dbc_get_row(host, v->seals, row - 1, DBC_SEAL_SHAPE) : NULL;
	int64_t from = before ? before[DBC_SEAL_ID].integer + 1 : 1;
	int64_t to = v->seal[DBC_SEAL_ID].integer - 1;

	if (from <= to)
		dbc_audit_report(
			v, 0, "seal_missing",
			from == to
				? dbc_format(host, "seal %lld is missing", (long long) from)
				: dbc_format(host, "seals %lld to %lld are missing",
							 (long long) from, (long long) to));
	else if (!dbc_same(v->seal[DBC_SEAL_PREVIOUS].text,
					   before ? before[DBC_SEAL_ROOT].text : ""))
		dbc_audit_report(v, 0, "seal_changed",
						 "the seal does not follow from the seal before");
	if (!dbc_same(dbc_audit_root(host, v->seal), v->seal[DBC_SEAL_ROOT].text))
		dbc_audit_report(v, 0, "seal_changed", "the seal was changed");
	/* entries are removed from the beginning of the log only */
	if (before && before[DBC_SEAL_KEPT].integer &&
		!v->seal[DBC_SEAL_KEPT].integer)
		dbc_audit_report(
			v, 0, "seal_changed",
			"the entries were removed, though older ones were kept");
}

/* Verifies one seal; for dbc_guard(). */
static void
verify_seal(dbc_host *host, void *arg)
{
	verification *v = arg;

	if (v->seal[DBC_SEAL_KEPT].integer)
		dbc_scoped(host, verify_entries, v);
}

/* Reports that no seal has the root that was noted outside the database. */
static void
verify_root(verification *v, const char *root)
{
	for (int i = 0; i < v->seals->nrows; i++)
		if (dbc_same(dbc_get_text(v->host, v->seals, i, DBC_SEAL_ROOT), root))
			return;
	v->seal = NULL;
	dbc_audit_report(
		v, 0, "root_missing",
		dbc_format(v->host,
				   "no seal has the root \"%s\": seals were removed from "
				   "the end, or all were written anew",
				   root));
}

/* ---- the file outside the database ---- */

/* Whether a line is the beginning of one with a seal: writing it was
 * interrupted.  The number ends at the comma, the root at the quotation mark.
 */
static bool
is_torn(const char *text, size_t length)
{
	static const char form[] = "{\"seal\": #, \"root\": \"#\"}";
	const char *at = form;

	for (size_t i = 0; i < length; i++)
	{
		if (*at == '#' && text[i] != at[1])
		{
			if (!isxdigit((unsigned char) text[i]))
				return false;
			continue;
		}
		if (*at == '#')
			at++;
		if (*at == '\0' || *at++ != text[i])
			return false;
	}
	return true;
}

/* Reads a line of the file; NULL if writing it was interrupted.  Fails if it is
 * no seal. */
static const char *
read_anchored(dbc_host *host, const char *path, int line, const char *text,
			  size_t length, int64_t *number)
{
	const char *problem;
	const dbc_json_item *object = dbc_json_read(
		host, dbc_copy(host, text, length), length, NULL, 0, &problem);
	const char *root = NULL;
	double seal;

	if (object && object->kind == DBC_I_OBJECT &&
		dbc_json_real(host, dbc_json_member(object, "seal"), &seal) &&
		seal >= 1 && seal <= 1e15)
		root = dbc_json_string_or_null(host, dbc_json_member(object, "root"));
	if (!root && is_torn(text, length))
		return NULL;
	if (!root)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL,
				 "line %d of file \"%s\" is not a seal", line, path);
	*number = (int64_t) seal;
	return root;
}

/* The seal with a number, or NULL. */
static const dbc_value *
find_seal(const verification *v, int64_t number)
{
	int low = 0;
	int high = v->seals->nrows;

	while (low < high)
	{
		int middle = low + (high - low) / 2;

		if (dbc_get_int(v->host, v->seals, middle, DBC_SEAL_ID) < number)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == v->seals->nrows ||
		dbc_get_int(v->host, v->seals, low, DBC_SEAL_ID) != number)
		return NULL;
	return dbc_get_row(v->host, v->seals, low, DBC_SEAL_SHAPE);
}

/* Compares the seals with those that were noted in a file: reports the first
 * one that differs, the last one that is missing, and whether the last line is
 * torn; a seal after a torn line covers that one's. */
static void
verify_anchor(verification *v, const char *path)
{
	dbc_host *host = v->host;
	size_t length;
	const char *text =
		DBC_CALL(host, format, read_file)(host, path, ANCHOR_MOST, &length);
	const char *end = text ? text + length : NULL;
	bool differs = false;
	int64_t missing = 0;
	bool torn = false;
	int line = 0;

	if (!text || length == 0)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL, "file \"%s\" %s",
				 path,
				 text	  ? "has no seals"
				 : length ? "is larger than 64 MB"
						  : "is not a regular file");
	while (text < end)
	{
		const char *stop = memchr(text, '\n', (size_t) (end - text));
		size_t width = (size_t) ((stop ? stop : end) - text);
		const char *root;
		int64_t number;

		line++;
		root = read_anchored(host, path, line, text, width, &number);
		text += width + 1;
		torn = root == NULL;
		if (torn)
			continue;
		v->seal = find_seal(v, number);
		if (!v->seal)
			missing = number > missing ? number : missing;
		else if (!differs && !dbc_same(v->seal[DBC_SEAL_ROOT].text, root))
		{
			differs = true;
			dbc_audit_report(
				v, 0, "root_missing",
				"the seal is not the one that the file has: the log was "
				"written anew");
		}
	}
	v->seal = NULL;
	if (missing > 0)
		dbc_audit_report(
			v, 0, "root_missing",
			dbc_format(host,
					   "the file has seal %lld, which the log has not: "
					   "its end was removed",
					   (long long) missing));
	if (torn)
		dbc_audit_report(
			v, 0, "anchor_torn",
			dbc_format(host,
					   "line %d of the file, the last one, is incomplete: "
					   "its seal was not compared",
					   line));
}

/* dbaudit_verify(options) */
DBC_RUN(dbaudit_verify)
{
	const dbaudit_verify_options *given =
		dbc_read_options(host, &args->options, dbaudit_verify_options);
	static const dbc_rows none = {0};
	verification v = {.host = host, .seals = &none};
	dbc_error error;

	if (dbc_has_tables(host))
	{
		dbc_check_row_security(host, "audit/hidden", dbc_null());
		v.seals = dbc_query(host, "audit/seals", dbc_int(INT64_MIN));
		v.erasures = dbc_query(host, "audit/erasures");
		dbc_audit_verify_references(&v);
		dbc_audit_verify_objects(&v);
	}
	for (int i = 0; i < v.seals->nrows; i++)
	{
		v.seal = dbc_get_row(host, v.seals, i, DBC_SEAL_SHAPE);
		dbc_progress(host, "seals", i, v.seals->nrows);
		verify_link(&v, i);
		if (!dbc_guard(host, verify_seal, &v, DBC_KEEP, true, &error))
			dbc_audit_report(&v, 0, "seal_changed", error.message);
	}
	if (v.seals->nrows > 0)
	{
		verify_count(&v);
		dbc_audit_verify_removal(&v);
		dbc_audit_verify_tables(&v);
	}
	if (given->root.given)
		verify_root(&v, given->root.text);
	if (given->anchor.given)
		verify_anchor(&v, given->anchor.text);
}
