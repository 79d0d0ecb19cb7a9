/*
 * clock.c
 *	  The time.
 */
#include "clock.h"

#include <time.h>

#include "text.h"

#define MS_PER_DAY 86400000

/* Now, as milliseconds since 1970. */
int64_t
dbc_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A time as ISO 8601 text in UTC with milliseconds. */
const char *
dbc_time_text(dbc_host *host, int64_t ms)
{
	int64_t fraction = ((ms % 1000) + 1000) % 1000;
	time_t whole = (time_t) ((ms - fraction) / 1000);
	struct tm utc;
	char seconds[32];

	gmtime_r(&whole, &utc);
	strftime(seconds, sizeof(seconds), "%Y-%m-%dT%H:%M:%S", &utc);
	return dbc_format(host, "%s.%03dZ", seconds, (int) fraction);
}

/* Now, as such text. */
const char *
dbc_now(dbc_host *host)
{
	return dbc_time_text(host, dbc_now_ms());
}

/* The number that so many digits are, -1 if they are none. */
static int
digits(const char *text, int count)
{
	int number = 0;

	for (; count > 0; count--, text++)
	{
		if (*text < '0' || *text > '9')
			return -1;
		number = number * 10 + (*text - '0');
	}
	return number;
}

/* Days from 1970 to a date of the Gregorian calendar.  Years are counted from
 * March, so that the day a leap year adds is a year's last. */
static int64_t
days_to(int year, int month, int day)
{
	int64_t y = month > 2 ? year : year - 1;
	int64_t day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;

	return y * 365 + y / 4 - y / 100 + y / 400 + day_of_year - 719468;
}

/* Text that dbc_time_text() gave as a time. */
bool
dbc_parse_time(const char *text, int64_t *ms)
{
	static const char form[] = "0000-00-00T00:00:00.000Z";
	int i;

	for (i = 0; form[i]; i++)
		if (form[i] == '0' ? digits(text + i, 1) < 0 : text[i] != form[i])
			return false;
	if (text[i])
		return false;
	*ms = days_to(digits(text, 4), digits(text + 5, 2), digits(text + 8, 2)) *
			  MS_PER_DAY +
		  ((digits(text + 11, 2) * 60 + digits(text + 14, 2)) * 60 +
		   digits(text + 17, 2)) *
			  INT64_C(1000) +
		  digits(text + 20, 3);
	return true;
}

/* Microseconds of a clock that never goes back. */
int64_t
dbc_microseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t) now.tv_sec * 1000000 + now.tv_nsec / 1000;
}
