CREATE TABLE family_items (
	item_id INTEGER NOT NULL,
	family_id INTEGER NOT NULL,
	by VARCHAR NOT NULL,
	is_confirmed BOOLEAN NOT NULL,
	joined_at VARCHAR NOT NULL,
	PRIMARY KEY (item_id),
	FOREIGN KEY(item_id) REFERENCES items (id),
	FOREIGN KEY(family_id) REFERENCES families (id)
);
CREATE INDEX ix_family_items_item_id ON family_items (item_id);
CREATE INDEX ix_family_items_family_id ON family_items (family_id);
CREATE TABLE likenesses (
	media_id INTEGER NOT NULL,
	of_media_id INTEGER NOT NULL,
	points INTEGER NOT NULL,
	agreement INTEGER NOT NULL,
	seen INTEGER NOT NULL,
	filled INTEGER NOT NULL,
	turned INTEGER NOT NULL,
	is_mirrored BOOLEAN NOT NULL,
	found_at VARCHAR NOT NULL,
	PRIMARY KEY (media_id),
	FOREIGN KEY(media_id) REFERENCES media (id),
	FOREIGN KEY(of_media_id) REFERENCES media (id)
);
CREATE INDEX ix_likenesses_media_id ON likenesses (media_id);
CREATE INDEX ix_likenesses_of_media_id ON likenesses (of_media_id);
CREATE TABLE media_features (
	media_id INTEGER NOT NULL,
	finder VARCHAR NOT NULL,
	sealed BLOB NOT NULL,
	made_at VARCHAR NOT NULL,
	PRIMARY KEY (media_id),
	FOREIGN KEY(media_id) REFERENCES media (id)
);
CREATE INDEX ix_media_features_media_id ON media_features (media_id);
CREATE TABLE accounts (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	platform VARCHAR NOT NULL,
	handle VARCHAR,
	number VARCHAR,
	whose VARCHAR NOT NULL,
	made_at VARCHAR NOT NULL
);
CREATE UNIQUE INDEX ix_accounts_handle ON accounts (platform, handle);
CREATE UNIQUE INDEX ix_accounts_number ON accounts (platform, number);
CREATE TABLE item_accounts (
	item_id INTEGER NOT NULL,
	account_id INTEGER NOT NULL,
	PRIMARY KEY (item_id),
	FOREIGN KEY(item_id) REFERENCES items (id),
	FOREIGN KEY(account_id) REFERENCES accounts (id)
);
CREATE INDEX ix_item_accounts_item_id ON item_accounts (item_id);
CREATE INDEX ix_item_accounts_account_id ON item_accounts (account_id);
CREATE TABLE next_sightings (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	media_id INTEGER,
	item_id INTEGER NOT NULL,
	first_seen_at VARCHAR NOT NULL,
	last_seen_at VARCHAR NOT NULL,
	gone_at VARCHAR,
	FOREIGN KEY(media_id) REFERENCES media (id),
	FOREIGN KEY(item_id) REFERENCES items (id)
);
INSERT INTO next_sightings SELECT id, media_id, item_id, first_seen_at, last_seen_at, gone_at FROM sightings;
CREATE TABLE next_sighting_media (
	sighting_id INTEGER NOT NULL,
	media_id INTEGER NOT NULL,
	first_seen_at VARCHAR NOT NULL,
	PRIMARY KEY (sighting_id, media_id),
	FOREIGN KEY(sighting_id) REFERENCES next_sightings (id),
	FOREIGN KEY(media_id) REFERENCES media (id)
);
INSERT INTO next_sighting_media SELECT sighting_id, media_id, first_seen_at FROM sighting_media;
DROP TABLE sighting_media;
DROP TABLE sightings;
ALTER TABLE next_sightings RENAME TO sightings;
ALTER TABLE next_sighting_media RENAME TO sighting_media;
CREATE INDEX ix_sightings_item_id ON sightings (item_id);
CREATE INDEX ix_sightings_media_id ON sightings (media_id);
CREATE INDEX ix_sighting_media_sighting_id ON sighting_media (sighting_id);
CREATE INDEX ix_sighting_media_media_id ON sighting_media (media_id);
