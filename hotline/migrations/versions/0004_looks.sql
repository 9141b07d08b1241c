CREATE TABLE item_parts (
	item_id INTEGER NOT NULL,
	page_id INTEGER NOT NULL,
	part VARCHAR NOT NULL,
	PRIMARY KEY (item_id, page_id),
	FOREIGN KEY(item_id) REFERENCES items (id),
	FOREIGN KEY(page_id) REFERENCES items (id)
);
CREATE INDEX ix_item_parts_item_id ON item_parts (item_id);
CREATE INDEX ix_item_parts_page_id ON item_parts (page_id);
CREATE TABLE hosting_details (
	hosting_id INTEGER NOT NULL,
	document VARCHAR NOT NULL,
	PRIMARY KEY (hosting_id),
	FOREIGN KEY(hosting_id) REFERENCES hostings (id)
);
CREATE INDEX ix_hosting_details_hosting_id ON hosting_details (hosting_id);
CREATE TABLE captures (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	item_id INTEGER NOT NULL,
	at VARCHAR NOT NULL,
	vantage VARCHAR NOT NULL,
	document VARCHAR NOT NULL,
	FOREIGN KEY(item_id) REFERENCES items (id)
);
CREATE INDEX ix_captures_item_id ON captures (item_id);
CREATE TABLE validators (
	item_id INTEGER NOT NULL,
	etag VARCHAR,
	last_modified VARCHAR,
	size_bytes INTEGER,
	sha256 VARCHAR NOT NULL,
	at VARCHAR NOT NULL,
	PRIMARY KEY (item_id),
	FOREIGN KEY(item_id) REFERENCES items (id)
);
CREATE INDEX ix_validators_item_id ON validators (item_id);
DROP TABLE host_slots;
CREATE TABLE host_slots (
	host VARCHAR NOT NULL,
	free_at FLOAT NOT NULL,
	strikes INTEGER NOT NULL,
	rests_until VARCHAR,
	PRIMARY KEY (host)
);
