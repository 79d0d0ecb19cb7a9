/*
 * manifest.c
 *	  Reading manifests.
 */
#include "common/init/init.h"

#include <string.h>

#include "common/core/options.h"

/* The longest name, which is also that of a directory and part of versions. */
#define LONGEST_NAME 60

static const char *const steps_that_may_fail[] = {"health", "seeds", "rules",
												  "policies", NULL};

#define MANIFEST_MEMBERS(O) \
	O(name, TEXT)           \
	O(version, TEXT)        \
	O(description, TEXT)    \
	O(migrations, ARRAY)    \
	O(seeds, ARRAY)         \
	O(rules, ARRAY)         \
	O(archive, ARRAY)       \
	O(audit, ARRAY)         \
	O(policies, ARRAY)      \
	O(expect, ARRAY)        \
	O(may_fail, TEXTS, .choices = steps_that_may_fail)
DBC_OPTIONS(manifest_members, MANIFEST_MEMBERS);

static const char *const kinds[] = {"schema", "data", NULL};

#define MIGRATION_MEMBERS(O) \
	O(version, TEXT)         \
	O(name, TEXT)            \
	O(description, TEXT)     \
	O(file, TEXT)            \
	O(up, SQL)               \
	O(down, SQL)             \
	O(verify, SQL)           \
	O(kind, TEXT, .choices = kinds)
DBC_OPTIONS(migration_members, MIGRATION_MEMBERS);

#define EXPECTATION_MEMBERS(O) \
	O(name, TEXT)              \
	O(sql, SQL)
DBC_OPTIONS(expectation_members, EXPECTATION_MEMBERS);

static const char *const list_names[] = {
	[DBC_INIT_SEEDS] = "seeds",		  [DBC_INIT_RULES] = "rules",
	[DBC_INIT_ARCHIVE] = "archive",	  [DBC_INIT_AUDIT] = "audit",
	[DBC_INIT_POLICIES] = "policies",
};

/* A manifest while it is read. */
typedef struct reading
{
	dbc_host *host;
	dbc_init_manifest *manifest;
	bool is_pack;
} reading;

/* Fails if a member is missing; what names the entry. */
static void
require_member(dbc_host *host, const char *what, const char *name,
			   const char *value)
{
	if (!value || *value == '\0')
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "See \"Manifests\" in the manual.", "%s has no member \"%s\"",
				 what, name);
}

/* Fails unless a name is made of letters, digits and underscores. */
static void
check_name(dbc_host *host, const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789_";

	if (strlen(name) > LONGEST_NAME || name[strspn(name, allowed)] != '\0')
		dbc_fail(host, DBC_INVALID_NAME, NULL,
				 dbc_format(host,
							"Use at most %d lower-case letters, digits and "
							"underscores.",
							LONGEST_NAME),
				 "the name of the manifest cannot be \"%s\"", name);
}

/* An entry of a list, as the value of options. */
static dbc_value
entry_value(dbc_host *host, const char *list, const dbc_json_item *entry)
{
	if (entry->kind != DBC_I_OBJECT)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL, "Write an object.",
				 "an entry of \"%s\" cannot be %s", list,
				 dbc_json_value_text(host, entry));
	return dbc_json(dbc_json_value_text(host, entry));
}

/* ---- migrations ---- */

/* Migrations of a manifest come in the order of the list: each one depends on
 * the one before. */
static void
chain(reading *in, int i)
{
	const char **needed;

	if (i == 0)
		return;
	needed = dbc_alloc(in->host, 2 * sizeof(*needed));
	needed[0] = in->manifest->migrations[i - 1].version;
	in->manifest->migrations[i].depends_on = needed;
}

static void
read_migration(reading *in, int i, const dbc_json_item *entry)
{
	dbc_host *host = in->host;
	dbc_format_registration *r = &in->manifest->migrations[i];
	dbc_value value = entry_value(host, "migrations", entry);
	const migration_members *m =
		dbc_read_options(host, &value, migration_members);

	require_member(host, "a migration of the manifest", "version",
				   m->version.text);
	*r = (dbc_format_registration){
		/* a version with a name has no place among numbers */
		.version =
			dbc_format(host, "%s::%s", in->manifest->name, m->version.text),
		.name = m->name.text ? m->name.text : in->manifest->name,
		.description = m->description.text,
		.kind = m->kind.text ? m->kind.text : kinds[0],
		.up_sql = m->up.text,
		.down_sql = m->down.text,
		.verify_sql = m->verify.text,
		.transactional = true,
		.text_version = true,
		.up_line = 1,
		.down_line = 1};
	if (in->is_pack && m->file.text)
		r->up_sql = dbc_init_pack_sql(host, in->manifest->name, m->file.text);
	if (!r->up_sql)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "See \"Manifests\" in the manual.",
				 "migration \"%s\" of the manifest has no member \"up\"",
				 m->version.text);
	for (int j = 0; j < i; j++)
		if (dbc_same(in->manifest->migrations[j].version, r->version))
			dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL,
					 "the manifest has two migrations \"%s\"", m->version.text);
	chain(in, i);
}

static void
read_migrations(reading *in, const dbc_json_item *list)
{
	const dbc_json_item *entry = list + 1;

	in->manifest->nmigrations = (int) list->length;
	in->manifest->migrations =
		dbc_alloc(in->host, ((size_t) list->length + 1) *
								sizeof(dbc_format_registration));
	for (uint32_t i = 0; i < list->length; i++, entry = dbc_json_next(entry))
		read_migration(in, (int) i, entry);
}

/* ---- the rest ---- */

static void
read_expectations(reading *in, const dbc_json_item *list)
{
	const dbc_json_item *entry = list + 1;

	in->manifest->nexpectations = (int) list->length;
	in->manifest->expectations = dbc_alloc(
		in->host, ((size_t) list->length + 1) * sizeof(dbc_init_expectation));
	for (uint32_t i = 0; i < list->length; i++, entry = dbc_json_next(entry))
	{
		dbc_value value = entry_value(in->host, "expect", entry);
		const expectation_members *e =
			dbc_read_options(in->host, &value, expectation_members);

		require_member(in->host, "an expectation of the manifest", "name",
					   e->name.text);
		require_member(in->host, "an expectation of the manifest", "sql",
					   e->sql.text);
		in->manifest->expectations[i] =
			(dbc_init_expectation){e->name.text, e->sql.text};
	}
}

static void
read_lists(reading *in, const dbc_json_item *root)
{
	const dbc_json_item *list;

	for (int l = 0; l < DBC_INIT_LISTS; l++)
	{
		list = dbc_json_member(root, list_names[l]);
		if (!list || list->kind != DBC_I_ARRAY)
			continue;
		in->manifest->lists[l] = list;
	}
	list = dbc_json_member(root, "migrations");
	if (list && list->kind == DBC_I_ARRAY)
		read_migrations(in, list);
	list = dbc_json_member(root, "expect");
	if (list && list->kind == DBC_I_ARRAY)
		read_expectations(in, list);
}

dbc_init_manifest
dbc_init_read_manifest(dbc_host *host, const char *argument)
{
	dbc_init_manifest manifest = {.checksum = NULL};
	reading in = {.host = host, .manifest = &manifest};
	const char *text = argument;
	const manifest_members *members;
	const dbc_json_item *root;
	const char *problem;
	dbc_value value;

	if (!dbc_may_be_json(argument))
	{
		text = dbc_init_find_pack(host, argument);
		in.is_pack = true;
	}
	root = dbc_json_read(host, text, strlen(text), NULL, 0, &problem);
	if (!root)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Pass the name of a pack, see dbinit_packs(), or a JSON "
				 "object.",
				 "the manifest is not valid JSON: %s", problem);
	value = dbc_json(text);
	members = dbc_read_options(host, &value, manifest_members);
	require_member(host, "the manifest", "name", members->name.text);
	check_name(host, members->name.text);
	manifest.name = members->name.text;
	manifest.version = members->version.text ? members->version.text : "1";
	manifest.description = members->description.text;
	manifest.may_fail = members->may_fail.texts;
	manifest.checksum = dbc_sha256(host, text);
	manifest.is_pack = in.is_pack;
	read_lists(&in, root);
	return manifest;
}

bool
dbc_init_may_fail(const dbc_init_manifest *manifest, const char *step)
{
	const char **name = manifest->may_fail;

	for (; name && *name; name++)
		if (dbc_same(*name, step))
			return true;
	return false;
}

int
dbc_init_count(const dbc_init_manifest *manifest, dbc_init_list list)
{
	return manifest->lists[list] ? (int) manifest->lists[list]->length : 0;
}

const dbc_json_item *
dbc_init_first_entry(const dbc_init_manifest *manifest, dbc_init_list list)
{
	return manifest->lists[list] + 1;
}
