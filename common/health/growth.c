/*
 * growth.c
 *	  dbhealth_growth(): how fast the database grows and when it is full,
 *	  forecast from the stored samples.
 */
#include "common/health/growth.h"

#include <math.h>
#include <stdlib.h>

#include "common/core/asserts.h"
#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/options.h"
#include "common/core/sort.h"
#include "common/sample/sample.h"

#define DAY_MS 86400000.0

/* The most points used: more of them take longer without improving the
 * result. */
#define MOST_POINTS 120

/* The least number of samples, and of days, for a forecast. */
#define LEAST_SAMPLES 8
#define LEAST_DAYS	  3

/* The last third of the points shows whether growth has changed. */
#define THIRD 3

/* The number of tables listed. */
#define MOST_TABLES 20

/* Columns of health/sql/table_growth.sql. */
enum
{
	COLUMN_TABLE,
	COLUMN_FIRST_AT,
	COLUMN_FIRST_BYTES,
	COLUMN_FIRST_ROWS,
	COLUMN_LAST_AT,
	COLUMN_LAST_BYTES,
	COLUMN_LAST_ROWS
};

typedef struct table_growth
{
	const char *name;
	double bytes_per_day;
	double rows_per_day;
	dbc_value bytes;
} table_growth;

/* ---- the series ---- */

/* The bytes in use. */
static double
used_bytes(const dbc_sample_readings *readings)
{
	double free_bytes = readings->values[DBC_M_free_bytes];

	return readings->values[DBC_M_size_bytes] -
		   (isnan(free_bytes) ? 0 : free_bytes);
}

/* The points of samples with a size, in ascending order of time; samples taken
 * after the clock was set back are skipped. */
static int
points_of(const dbc_sample_series *samples, dbc_health_growth_point *points)
{
	int npoints = 0;

	for (int i = 0; i < samples->count; i++)
	{
		double day = (double) samples->list[i].taken_ms / DAY_MS;
		double bytes = used_bytes(&samples->list[i].readings);

		if (!isnan(bytes) && (npoints == 0 || day > points[npoints - 1].day))
			points[npoints++] = (dbc_health_growth_point){day, bytes};
	}
	return npoints;
}

/* Thins the points to the limit, keeping the first and the last. */
static int
thin_points(dbc_health_growth_point *points, int npoints)
{
	if (npoints <= MOST_POINTS)
		return npoints;
	for (int i = 0; i < MOST_POINTS; i++)
		points[i] = points[(int64_t) i * (npoints - 1) / (MOST_POINTS - 1)];
	return MOST_POINTS;
}

/* ---- the forecast ---- */

/* Sets the limit if it is the lowest so far. */
static void
limit_by(dbc_health_growth *growth, double bytes, const char *by)
{
	if (isnan(bytes) || (growth->limited_by && bytes >= growth->limit_bytes))
		return;
	growth->limit_bytes = bytes;
	growth->limited_by = by;
}

static void
find_limit(dbc_host *host, const dbc_setting_values *stored,
		   dbc_health_growth *growth, const dbc_sample_readings *now)
{
	limit_by(growth,
			 now->values[DBC_M_size_bytes] + now->values[DBC_M_disk_free_bytes],
			 "disk");
	limit_by(growth, now->values[DBC_M_max_bytes], "max_page_count");
	limit_by(growth,
			 dbc_setting_real(host, stored, DBC_SETTING_storage_limit_bytes),
			 "storage_limit_bytes");
}

/* The days until the limit is reached at a slope. */
static double
days_until(const dbc_health_growth *growth, double slope)
{
	double room =
		growth->limit_bytes - (growth->size_bytes - growth->free_bytes);

	return slope > 0 && !isnan(room) ? fmax(0, room / slope) : NAN;
}

static int
compare_days(const void *left, const void *right)
{
	double l = ((const dbc_health_growth_point *) left)->day;
	double r = ((const dbc_health_growth_point *) right)->day;

	return (l > r) - (l < r);
}

/* Computes the slope and the forecast, or why there is none. */
static void
forecast(dbc_host *host, dbc_health_growth *growth,
		 dbc_health_growth_point *points, int npoints)
{
	int recent;

	npoints = thin_points(points, npoints);
	DBC_ASSERT(
		host, dbc_is_ascending(points, npoints, sizeof(*points), compare_days));
	if (growth->samples < LEAST_SAMPLES || growth->span_days < LEAST_DAYS)
	{
		growth->reason = "a forecast needs at least 8 samples over 3 days";
		return;
	}
	growth->slope = dbc_health_estimate_slope(host, points, npoints);
	if (growth->slope.low <= 0)
	{
		growth->reason = "the database is not growing";
		return;
	}
	recent = npoints / THIRD;
	if (recent >= 2)
		growth->acceleration =
			dbc_health_estimate_slope(host, points + npoints - recent, recent)
				.likely /
			growth->slope.likely;
	growth->days_low = days_until(growth, growth->slope.high);
	growth->days_likely = days_until(growth, growth->slope.likely);
	growth->days_high = days_until(growth, growth->slope.low);
}

dbc_health_growth
dbc_health_estimate_growth(dbc_host *host, const dbc_setting_values *stored,
						   int64_t days)
{
	dbc_health_growth growth = {.size_bytes = NAN,
								.slope = {NAN, NAN, NAN},
								.acceleration = NAN,
								.limit_bytes = NAN,
								.days_low = NAN,
								.days_likely = NAN,
								.days_high = NAN};
	dbc_sample_series samples = dbc_sample_read_stored(
		host, dbc_now_ms() - days * (int64_t) DAY_MS, DBC_PER_HOUR);
	dbc_health_growth_point *points =
		dbc_alloc(host, ((size_t) samples.count + 1) * sizeof(*points));
	int npoints = points_of(&samples, points);

	growth.samples = npoints;
	if (npoints > 0)
	{
		const dbc_sample_readings *now =
			&samples.list[samples.count - 1].readings;
		double free_bytes = now->values[DBC_M_free_bytes];

		growth.size_bytes = now->values[DBC_M_size_bytes];
		growth.free_bytes = isnan(free_bytes) ? 0 : free_bytes;
		growth.span_days = points[npoints - 1].day - points[0].day;
		find_limit(host, stored, &growth, now);
	}
	forecast(host, &growth, points, npoints);
	return growth;
}

/* ---- tables ---- */

/* Growth per day; NAN if unknown. */
static double
per_day(const dbc_value *from, const dbc_value *to, double days)
{
	if (from->kind != DBC_INT || to->kind != DBC_INT)
		return NAN;
	return ((double) to->integer - (double) from->integer) / days;
}

/* For qsort(): the fastest growing table first. */
static int
compare_tables(const void *left, const void *right)
{
	double l = ((const table_growth *) left)->bytes_per_day;
	double r = ((const table_growth *) right)->bytes_per_day;

	return (r > l) - (r < l);
}

/* Adds a number rounded to an integer. */
static void
put_whole(dbc_json_node *node, const char *key, double number)
{
	dbc_value value = dbc_null();

	if (!isnan(number) && fabs(number) < 9e18)
		value = dbc_int(llround(number));
	dbc_json_put_value(node, key, &value);
}

static dbc_value
tenths(double number)
{
	return dbc_real(round(number * 10) / 10);
}

static dbc_json_node *
tables_node(dbc_host *host, int64_t days)
{
	dbc_json_node *node = dbc_json_array(host);
	int64_t now_ms = dbc_now_ms();
	const dbc_rows *rows;
	table_growth *tables;
	int ntables = 0;

	if (!dbc_sample_has_tables(host))
		return node;
	rows = dbc_query(
		host, "health/table_growth",
		dbc_text(dbc_time_text(host, now_ms - days * (int64_t) DAY_MS)),
		dbc_text(dbc_time_text(host, now_ms)));
	tables = dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(*tables));
	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *row = dbc_get_row(host, rows, i, "ttIItII");
		double apart = (double) (dbc_get_time(host, rows, i, COLUMN_LAST_AT) -
								 dbc_get_time(host, rows, i, COLUMN_FIRST_AT)) /
					   DAY_MS;
		table_growth table = {
			row[COLUMN_TABLE].text,
			per_day(&row[COLUMN_FIRST_BYTES], &row[COLUMN_LAST_BYTES], apart),
			per_day(&row[COLUMN_FIRST_ROWS], &row[COLUMN_LAST_ROWS], apart),
			row[COLUMN_LAST_BYTES]};

		if (apart > 0 && table.bytes_per_day > 0)
			tables[ntables++] = table;
	}
	dbc_sort(tables, (size_t) ntables, sizeof(*tables), compare_tables);
	for (int i = 0; i < ntables && i < MOST_TABLES; i++)
	{
		dbc_json_node *table = dbc_json_object(host);

		DBC_PUT_TEXT(table, table_name, tables[i].name);
		DBC_PUT_VALUE(table, size_bytes, &tables[i].bytes);
		put_whole(table, "bytes_per_day", tables[i].bytes_per_day);
		put_whole(table, "rows_per_day", tables[i].rows_per_day);
		dbc_json_push(node, table);
	}
	return node;
}

/* ---- the document ---- */

/* The size after 7, 30 and 90 days; free space inside the database is used
 * first. */
static dbc_json_node *
projection_node(dbc_host *host, const dbc_health_growth *growth)
{
	static const int days[] = {7, 30, 90};
	dbc_json_node *node = dbc_json_object(host);
	double slope = growth->reason ? 0 : growth->slope.likely;

	for (int i = 0; i < 3; i++)
		put_whole(node, dbc_format(host, "%d", days[i]),
				  growth->size_bytes +
					  fmax(0, slope * days[i] - growth->free_bytes));
	return node;
}

/* The lowest, expected and highest number of days. */
static dbc_json_node *
days_node(dbc_host *host, const dbc_health_growth *growth)
{
	dbc_json_node *node = dbc_json_object(host);
	dbc_value low = tenths(growth->days_low);
	dbc_value likely = tenths(growth->days_likely);
	dbc_value high = tenths(growth->days_high);

	DBC_PUT_VALUE(node, low, &low);
	DBC_PUT_VALUE(node, likely, &likely);
	DBC_PUT_VALUE(node, high, &high);
	return node;
}

static dbc_json_node *
confidence_node(dbc_host *host, const dbc_health_slope *slope)
{
	dbc_json_node *node = dbc_json_object(host);
	dbc_value level = dbc_real(0.9);

	DBC_PUT_VALUE(node, level, &level);
	put_whole(node, "low", slope->low);
	put_whole(node, "high", slope->high);
	return node;
}

dbc_json_node *
dbc_health_growth_json(dbc_host *host, const dbc_setting_values *stored,
					   int64_t days)
{
	dbc_health_growth growth = dbc_health_estimate_growth(host, stored, days);
	dbc_json_node *node = dbc_json_object(host);
	bool fits = !isnan(growth.slope.likely);
	dbc_value span = tenths(growth.span_days);
	dbc_value acceleration = tenths(growth.acceleration);

	DBC_PUT_INT(node, samples, growth.samples);
	DBC_PUT_VALUE(node, span_days, &span);
	put_whole(node, "size_bytes", growth.size_bytes);
	put_whole(node, "bytes_per_day", growth.slope.likely);
	DBC_PUT(node, confidence,
			fits ? confidence_node(host, &growth.slope) : NULL);
	DBC_PUT(node, projected_bytes,
			fits ? projection_node(host, &growth) : NULL);
	put_whole(node, "limit_bytes", growth.limit_bytes);
	DBC_PUT_TEXT(node, limited_by, growth.limited_by);
	DBC_PUT(node, days_until_limit,
			isnan(growth.days_likely) ? NULL : days_node(host, &growth));
	DBC_PUT_VALUE(node, acceleration, &acceleration);
	DBC_PUT(node, tables, tables_node(host, days));
	DBC_PUT_TEXT(node, reason, growth.reason);
	return node;
}

/* dbhealth_growth(options) */
DBC_RUN(dbhealth_growth)
{
	const dbhealth_growth_options *given =
		dbc_read_options(host, &args->options, dbhealth_growth_options);

	dbc_json_emit(host, dbc_health_growth_json(
							host, dbc_read_settings(host),
							dbc_option_or(&given->days, DBC_GROWTH_DAYS)));
}
