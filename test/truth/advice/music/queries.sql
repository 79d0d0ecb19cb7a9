-- 4 tables: the remixes of a small country
select tr_title, ar_name from country, artist, credit, track where cy_name = 'country 41' and ar_country = cy_id
and cr_artist = ar_id and cr_role = 6 and tr_id = cr_track order by tr_title;
-- 4 tables: a genre that belongs to its country
select count(*), avg(tr_seconds) from country, artist, album, track where cy_name = 'country 1' and ar_country = cy_id
and ar_genre = 8 and al_artist = ar_id and tr_album = al_id and tr_explicit = 1;
-- 4 tables: by a rare value of a fact
select tr_title, al_title, tf_value from fact, track_fact, track, album where fa_name = 'fact 9' and tf_fact = fa_id
and tf_value = 'value 9 300' and tr_id = tf_track and al_id = tr_album;
-- 5 tables: plays of a day with a tag
select tg_name, count(*) from play, track, track_tag, tag, genre where pl_day = '2020-03-01' and tr_id = pl_track
and tt_track = tr_id and tg_id = tt_tag and tr_genre = ge_id and ge_family = 'family 3' group by tg_name order by 2 desc, 1 limit 10;
-- 5 tables: what the young listen to in a country on the family plan
select tr_title, count(*) as plays from country, listener, play, track, album where cy_name = 'country 30' and li_country = cy_id
and li_plan = 'family' and li_born > 1995 and pl_listener = li_id and tr_id = pl_track and al_id = tr_album and al_format = 'stream'
group by tr_title order by plays desc, tr_title limit 20;
-- 5 tables: covers of one artist
select a.tr_title, b.tr_title, re_kind from artist, album, track as a, remake, track as b where ar_name = 'artist 12'
and al_artist = ar_id and a.tr_album = al_id and re_original = a.tr_id and re_kind = 'cover' and b.tr_id = re_track;
-- 6 tables: labels of a kind, with what is explicit
select la_name, count(*) from country, label, album, track, credit, role where cy_region = 'region 4' and la_country = cy_id
and la_kind = 'archive' and al_label = la_id and tr_album = al_id and tr_explicit = 1 and cr_track = tr_id and ro_id = cr_role
and ro_name = 'producer' group by la_name order by la_name;
-- 6 tables: two facts of a track
select count(*), min(tr_title) from track, track_fact as a, track_fact as b, album, label, country where a.tf_track = tr_id
and a.tf_fact = 1 and a.tf_value = 'value 1 9' and b.tf_track = tr_id and b.tf_fact = 4 and b.tf_value = 'value 4 7'
and al_id = tr_album and la_id = al_label and cy_id = la_country and cy_region = 'region 2';
-- 7 tables: who composes for whom
select p.ar_name, count(*) from artist as c, credit as x, track, credit as y, artist as p, album, genre where c.ar_name = 'artist 9'
and x.cr_artist = c.ar_id and x.cr_role = 2 and tr_id = x.cr_track and y.cr_track = tr_id and y.cr_role = 1
and p.ar_id = y.cr_artist and al_id = tr_album and ge_id = tr_genre and al_year > 1990 group by p.ar_name order by 2 desc, 1;
-- 7 tables: a tag in its genre and the decade of the album
select cy_name, count(*) from tag, track_tag, track, album, artist, country, genre where tg_name = 'tag 83' and tt_tag = tg_id
and tr_id = tt_track and al_id = tr_album and al_year between 1975 and 1984 and ar_id = al_artist and cy_id = ar_country
and ge_id = tr_genre group by cy_name order by cy_name;
-- 8 tables: remixes across countries
select count(*) from remake, track as a, track as b, album as x, album as y, artist as p, artist as q, country
where re_kind = 'live' and a.tr_id = re_track and b.tr_id = re_original and x.al_id = a.tr_album and y.al_id = b.tr_album
and p.ar_id = x.al_artist and q.ar_id = y.al_artist and cy_id = q.ar_country and cy_name = 'country 25' and p.ar_genre = 15;
-- 8 tables: plays abroad
select li_name, tr_title from country as h, listener, play, track, album, artist, country as c, label where h.cy_name = 'country 55'
and li_country = h.cy_id and pl_listener = li_id and pl_device = 'radio' and tr_id = pl_track and al_id = tr_album
and ar_id = al_artist and c.cy_id = ar_country and c.cy_region = 'region 5' and la_id = al_label and la_kind = 'independent'
order by li_name, tr_title limit 50;
-- 9 tables: a fact, a tag and a role
select ar_name, tr_title from fact, track_fact, track, track_tag, tag, credit, role, artist, genre where fa_name = 'fact 12'
and tf_fact = fa_id and tr_id = tf_track and tt_track = tr_id and tg_id = tt_tag and tg_name = 'tag 161' and cr_track = tr_id
and ro_id = cr_role and ro_name = 'engineer' and ar_id = cr_artist and ge_id = tr_genre order by ar_name, tr_title;
-- 10 tables: everything about the tracks of a label
select ge_name, ro_name, count(*), min(tf_value) from label, album, track, genre, credit, role, artist, country, track_fact, fact
where la_name = 'label 150' and al_label = la_id and tr_album = al_id and ge_id = tr_genre and cr_track = tr_id and ro_id = cr_role
and ar_id = cr_artist and cy_id = ar_country and tf_track = tr_id and fa_id = tf_fact group by ge_name, ro_name order by ge_name, ro_name;
-- 4 tables: tracks that nobody plays on an album of that year
select tr_title, ar_name from album, track, artist, genre where al_year = 1988 and tr_album = al_id and ar_id = al_artist
and ge_id = tr_genre and ge_name = 'genre 13' and not exists (select 1 from play where pl_track = tr_id) order by tr_title;
-- 5 tables: nearly all rows, nothing helps much
select ge_name, count(*) from genre, track, album, artist, country where ge_id = tr_genre and al_id = tr_album and ar_id = al_artist
and cy_id = ar_country and tr_seconds > 61 and al_year > 1950 group by ge_name order by ge_name;
-- 5 tables: by keys, nothing helps
select tr_title, al_title, ar_name, la_name, cy_name from track, album, artist, label, country where tr_id = 17 and al_id = tr_album
and ar_id = al_artist and la_id = al_label and cy_id = la_country;
