CREATE TABLE cases (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	opened_at VARCHAR NOT NULL,
	closed_at VARCHAR,
	closed_reason VARCHAR
);
CREATE TABLE contacts (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	address VARCHAR NOT NULL,
	answers_for VARCHAR NOT NULL,
	role VARCHAR NOT NULL,
	channel VARCHAR NOT NULL,
	language VARCHAR NOT NULL,
	state VARCHAR NOT NULL,
	origin VARCHAR NOT NULL,
	added_at VARCHAR NOT NULL,
	added_by VARCHAR NOT NULL,
	approved_by VARCHAR,
	approved_at VARCHAR,
	UNIQUE (address, answers_for, role)
);
CREATE INDEX ix_contacts_state ON contacts (state);
CREATE TABLE custody (
	seq INTEGER NOT NULL,
	at VARCHAR NOT NULL,
	actor VARCHAR NOT NULL,
	action VARCHAR NOT NULL,
	subject VARCHAR NOT NULL,
	from_state VARCHAR,
	to_state VARCHAR,
	reason VARCHAR,
	text_id INTEGER,
	text_digest VARCHAR,
	rows VARCHAR NOT NULL,
	previous VARCHAR NOT NULL,
	hash VARCHAR NOT NULL,
	PRIMARY KEY (seq)
);
CREATE INDEX ix_custody_subject ON custody (subject);
CREATE TABLE families (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	made_at VARCHAR NOT NULL
);
CREATE TABLE home (
	id INTEGER NOT NULL,
	home_id VARCHAR NOT NULL,
	workspace_check VARCHAR NOT NULL,
	made_at VARCHAR NOT NULL,
	PRIMARY KEY (id)
);
CREATE TABLE host_slots (
	host VARCHAR NOT NULL,
	free_at FLOAT NOT NULL,
	PRIMARY KEY (host)
);
CREATE TABLE people (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	name VARCHAR NOT NULL,
	roles VARCHAR NOT NULL,
	added_at VARCHAR NOT NULL,
	added_by VARCHAR NOT NULL,
	UNIQUE (name)
);
CREATE TABLE taken (
	subject VARCHAR NOT NULL,
	"by" VARCHAR NOT NULL,
	at VARCHAR NOT NULL,
	PRIMARY KEY (subject)
);
CREATE TABLE texts (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	salt VARCHAR NOT NULL,
	content VARCHAR NOT NULL
);
CREATE TABLE work (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	kind VARCHAR NOT NULL,
	subject VARCHAR NOT NULL,
	step INTEGER NOT NULL,
	rank INTEGER NOT NULL,
	due_at VARCHAR NOT NULL,
	host VARCHAR,
	owner VARCHAR,
	lease_until FLOAT,
	fence INTEGER NOT NULL,
	again_at VARCHAR,
	attempts INTEGER NOT NULL,
	deaths INTEGER NOT NULL,
	last_error VARCHAR,
	is_given_up BOOLEAN NOT NULL,
	UNIQUE (kind, subject)
);
CREATE INDEX ix_work_due ON work (due_at, owner);
CREATE INDEX ix_work_held ON work (host) WHERE owner IS NOT NULL;
CREATE INDEX ix_work_host ON work (host);
CREATE INDEX ix_work_owner ON work (owner);
CREATE TABLE batches (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	contact_id INTEGER NOT NULL,
	kind VARCHAR NOT NULL,
	ground VARCHAR,
	is_open BOOLEAN NOT NULL,
	made_at VARCHAR NOT NULL,
	approved_by VARCHAR,
	approved_at VARCHAR,
	stopped_at VARCHAR,
	next_round_at VARCHAR,
	FOREIGN KEY(contact_id) REFERENCES contacts (id)
);
CREATE INDEX ix_batches_contact_id ON batches (contact_id);
CREATE INDEX ix_batches_is_open ON batches (is_open);
CREATE TABLE media (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	sha256 VARCHAR NOT NULL,
	sha1 VARCHAR NOT NULL,
	md5 VARCHAR NOT NULL,
	size_bytes INTEGER NOT NULL,
	mime VARCHAR,
	width INTEGER,
	height INTEGER,
	pdq VARCHAR,
	pdq_quality INTEGER,
	phash VARCHAR,
	orientations VARCHAR NOT NULL,
	is_blank BOOLEAN NOT NULL,
	is_partial BOOLEAN NOT NULL,
	is_known_good BOOLEAN NOT NULL,
	problem VARCHAR,
	hasher VARCHAR NOT NULL,
	first_seen_at VARCHAR NOT NULL,
	family_id INTEGER,
	family_by VARCHAR,
	family_distance INTEGER,
	family_variant VARCHAR,
	is_family_confirmed BOOLEAN NOT NULL,
	UNIQUE (sha256),
	FOREIGN KEY(family_id) REFERENCES families (id)
);
CREATE INDEX ix_media_family_id ON media (family_id);
CREATE TABLE packets (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	case_id INTEGER NOT NULL,
	"to" VARCHAR NOT NULL,
	state VARCHAR NOT NULL,
	copy_number INTEGER NOT NULL,
	built_at VARCHAR NOT NULL,
	built_by VARCHAR NOT NULL,
	file BLOB,
	digest VARCHAR NOT NULL,
	released_at VARCHAR,
	released_by VARCHAR,
	countersigned_by VARCHAR,
	received_at VARCHAR,
	FOREIGN KEY(case_id) REFERENCES cases (id)
);
CREATE INDEX ix_packets_case_id ON packets (case_id);
CREATE TABLE referrals (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	case_id INTEGER NOT NULL,
	"to" VARCHAR NOT NULL,
	state VARCHAR NOT NULL,
	made_at VARCHAR NOT NULL,
	made_by VARCHAR NOT NULL,
	done_at VARCHAR,
	FOREIGN KEY(case_id) REFERENCES cases (id)
);
CREATE INDEX ix_referrals_case_id ON referrals (case_id);
CREATE TABLE reports (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	case_id INTEGER NOT NULL,
	source VARCHAR NOT NULL,
	category VARCHAR NOT NULL,
	city VARCHAR,
	at_risk VARCHAR,
	no_url_kind VARCHAR,
	for_whom VARCHAR,
	received_at VARCHAR NOT NULL,
	recorded_at VARCHAR NOT NULL,
	recorded_by VARCHAR NOT NULL,
	code_digest VARCHAR NOT NULL,
	import_digest VARCHAR,
	repeat_of_case INTEGER,
	contact BLOB,
	note BLOB,
	genuine BLOB,
	acked_at VARCHAR,
	acked_by VARCHAR,
	FOREIGN KEY(case_id) REFERENCES cases (id),
	UNIQUE (code_digest),
	UNIQUE (import_digest)
);
CREATE INDEX ix_reports_at_risk ON reports (at_risk);
CREATE INDEX ix_reports_case_id ON reports (case_id);
CREATE TABLE items (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	"key" VARCHAR NOT NULL,
	key_version INTEGER NOT NULL,
	url VARCHAR NOT NULL,
	href VARCHAR NOT NULL,
	host VARCHAR NOT NULL,
	kind VARCHAR NOT NULL,
	platform VARCHAR,
	platform_media VARCHAR,
	platform_account VARCHAR,
	state VARCHAR NOT NULL,
	state_before_close VARCHAR,
	reason VARCHAR,
	is_reported BOOLEAN NOT NULL,
	is_queued BOOLEAN NOT NULL,
	needs_person VARCHAR,
	has_genuine_owner BOOLEAN NOT NULL,
	media_id INTEGER,
	failures INTEGER NOT NULL,
	returns INTEGER NOT NULL,
	received_at VARCHAR NOT NULL,
	police_at VARCHAR,
	host_at VARCHAR,
	removed_at VARCHAR,
	UNIQUE ("key"),
	FOREIGN KEY(media_id) REFERENCES media (id)
);
CREATE INDEX ix_items_is_queued ON items (is_queued);
CREATE INDEX ix_items_media_id ON items (media_id);
CREATE INDEX ix_items_needs_person ON items (needs_person);
CREATE INDEX ix_items_platform_media ON items (platform_media);
CREATE INDEX ix_items_state ON items (state);
CREATE TABLE leads (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	media_id INTEGER NOT NULL,
	list VARCHAR NOT NULL,
	list_version INTEGER NOT NULL,
	entry VARCHAR NOT NULL,
	algorithm VARCHAR NOT NULL,
	distance INTEGER NOT NULL,
	label VARCHAR,
	variant VARCHAR NOT NULL,
	role VARCHAR NOT NULL,
	strength VARCHAR NOT NULL,
	found_at VARCHAR NOT NULL,
	withdrawn_at VARCHAR,
	UNIQUE (media_id, list, entry),
	FOREIGN KEY(media_id) REFERENCES media (id)
);
CREATE INDEX ix_leads_media_id ON leads (media_id);
CREATE TABLE notices (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	batch_id INTEGER NOT NULL,
	contact_id INTEGER NOT NULL,
	kind VARCHAR NOT NULL,
	round INTEGER NOT NULL,
	state VARCHAR NOT NULL,
	made_at VARCHAR NOT NULL,
	message_id VARCHAR,
	recipient VARCHAR,
	raw BLOB,
	sending_at VARCHAR,
	sent_at VARCHAR,
	problem VARCHAR,
	failures INTEGER NOT NULL,
	outcome VARCHAR,
	outcome_at VARCHAR,
	reference VARCHAR,
	UNIQUE (batch_id, round),
	FOREIGN KEY(batch_id) REFERENCES batches (id),
	FOREIGN KEY(contact_id) REFERENCES contacts (id)
);
CREATE INDEX ix_notices_batch_id ON notices (batch_id);
CREATE INDEX ix_notices_contact_id ON notices (contact_id);
CREATE INDEX ix_notices_state ON notices (state);
CREATE TABLE report_keys (
	report_id INTEGER NOT NULL,
	wrapped BLOB NOT NULL,
	PRIMARY KEY (report_id),
	FOREIGN KEY(report_id) REFERENCES reports (id)
);
CREATE INDEX ix_report_keys_report_id ON report_keys (report_id);
CREATE TABLE assessments (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	media_id INTEGER,
	item_id INTEGER,
	verdict VARCHAR NOT NULL,
	ground VARCHAR,
	reason VARCHAR,
	basis VARCHAR NOT NULL,
	facts VARCHAR NOT NULL,
	classes VARCHAR NOT NULL,
	classes_version VARCHAR NOT NULL,
	"by" VARCHAR NOT NULL,
	at VARCHAR NOT NULL,
	second_by VARCHAR,
	second_at VARCHAR,
	replaced_at VARCHAR,
	revises_id INTEGER,
	FOREIGN KEY(media_id) REFERENCES media (id),
	FOREIGN KEY(item_id) REFERENCES items (id)
);
CREATE INDEX ix_assessments_item_id ON assessments (item_id);
CREATE INDEX ix_assessments_media_id ON assessments (media_id);
CREATE UNIQUE INDEX ix_one_decision_a_media ON assessments (media_id) WHERE replaced_at IS NULL;
CREATE UNIQUE INDEX ix_one_decision_an_item ON assessments (item_id) WHERE replaced_at IS NULL;
CREATE TABLE batch_items (
	batch_id INTEGER NOT NULL,
	item_id INTEGER NOT NULL,
	added_at VARCHAR NOT NULL,
	PRIMARY KEY (batch_id, item_id),
	FOREIGN KEY(batch_id) REFERENCES batches (id),
	FOREIGN KEY(item_id) REFERENCES items (id)
);
CREATE INDEX ix_batch_items_batch_id ON batch_items (batch_id);
CREATE INDEX ix_batch_items_item_id ON batch_items (item_id);
CREATE TABLE case_items (
	case_id INTEGER NOT NULL,
	item_id INTEGER NOT NULL,
	added_at VARCHAR NOT NULL,
	PRIMARY KEY (case_id, item_id),
	FOREIGN KEY(case_id) REFERENCES cases (id),
	FOREIGN KEY(item_id) REFERENCES items (id)
);
CREATE INDEX ix_case_items_case_id ON case_items (case_id);
CREATE INDEX ix_case_items_item_id ON case_items (item_id);
CREATE TABLE holds (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	item_id INTEGER NOT NULL,
	until VARCHAR NOT NULL,
	made_at VARCHAR NOT NULL,
	made_by VARCHAR NOT NULL,
	text_id INTEGER,
	released_at VARCHAR,
	FOREIGN KEY(item_id) REFERENCES items (id)
);
CREATE INDEX ix_holds_item_id ON holds (item_id);
CREATE TABLE hostings (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	item_id INTEGER NOT NULL,
	at VARCHAR NOT NULL,
	ip VARCHAR,
	asn INTEGER,
	network VARCHAR,
	network_name VARCHAR,
	country VARCHAR,
	cdn VARCHAR,
	problems VARCHAR NOT NULL,
	FOREIGN KEY(item_id) REFERENCES items (id)
);
CREATE INDEX ix_hostings_item_id ON hostings (item_id);
CREATE TABLE notice_items (
	notice_id INTEGER NOT NULL,
	item_id INTEGER NOT NULL,
	PRIMARY KEY (notice_id, item_id),
	FOREIGN KEY(notice_id) REFERENCES notices (id),
	FOREIGN KEY(item_id) REFERENCES items (id)
);
CREATE INDEX ix_notice_items_item_id ON notice_items (item_id);
CREATE INDEX ix_notice_items_notice_id ON notice_items (notice_id);
CREATE TABLE page_items (
	page_id INTEGER NOT NULL,
	item_id INTEGER NOT NULL,
	first_seen_at VARCHAR NOT NULL,
	last_seen_at VARCHAR NOT NULL,
	gone_at VARCHAR,
	PRIMARY KEY (page_id, item_id),
	FOREIGN KEY(page_id) REFERENCES items (id),
	FOREIGN KEY(item_id) REFERENCES items (id)
);
CREATE INDEX ix_page_items_item_id ON page_items (item_id);
CREATE INDEX ix_page_items_page_id ON page_items (page_id);
CREATE TABLE rechecks (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	item_id INTEGER NOT NULL,
	at VARCHAR NOT NULL,
	vantage VARCHAR NOT NULL,
	verdict VARCHAR NOT NULL,
	evidence VARCHAR NOT NULL,
	FOREIGN KEY(item_id) REFERENCES items (id)
);
CREATE INDEX ix_rechecks_item_id ON rechecks (item_id);
CREATE TABLE report_items (
	report_id INTEGER NOT NULL,
	item_id INTEGER NOT NULL,
	url VARCHAR NOT NULL,
	PRIMARY KEY (report_id, item_id),
	FOREIGN KEY(report_id) REFERENCES reports (id),
	FOREIGN KEY(item_id) REFERENCES items (id)
);
CREATE INDEX ix_report_items_item_id ON report_items (item_id);
CREATE INDEX ix_report_items_report_id ON report_items (report_id);
CREATE TABLE sightings (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	media_id INTEGER NOT NULL,
	item_id INTEGER NOT NULL,
	first_seen_at VARCHAR NOT NULL,
	last_seen_at VARCHAR NOT NULL,
	gone_at VARCHAR,
	FOREIGN KEY(media_id) REFERENCES media (id),
	FOREIGN KEY(item_id) REFERENCES items (id)
);
CREATE INDEX ix_sightings_item_id ON sightings (item_id);
CREATE INDEX ix_sightings_media_id ON sightings (media_id);
CREATE TABLE sighting_media (
	sighting_id INTEGER NOT NULL,
	media_id INTEGER NOT NULL,
	first_seen_at VARCHAR NOT NULL,
	PRIMARY KEY (sighting_id, media_id),
	FOREIGN KEY(sighting_id) REFERENCES sightings (id),
	FOREIGN KEY(media_id) REFERENCES media (id)
);
CREATE INDEX ix_sighting_media_media_id ON sighting_media (media_id);
CREATE INDEX ix_sighting_media_sighting_id ON sighting_media (sighting_id);
