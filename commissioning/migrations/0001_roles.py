"""Database roles, extensions and the broker's queue. Runs as the owner, before any table exists."""

import pgmq.install
from django.db import migrations

ROLES = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_app') THEN CREATE ROLE portal_app NOLOGIN; END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_system') THEN CREATE ROLE portal_system NOLOGIN; END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
GRANT portal_app, portal_system TO CURRENT_USER;
GRANT USAGE ON SCHEMA public TO portal_app, portal_system;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO portal_app, portal_system;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO portal_app, portal_system;
CREATE EXTENSION IF NOT EXISTS btree_gist;
"""

QUEUE = """
CREATE OR REPLACE FUNCTION pgmq.send_topic(routing_key text, msg jsonb, headers jsonb) RETURNS integer
    LANGUAGE sql AS $$ SELECT pgmq.send_topic(routing_key, msg, headers, 0) $$;
SELECT pgmq.create('celery');
GRANT USAGE, CREATE ON SCHEMA pgmq TO portal_app, portal_system;
GRANT ALL ON ALL TABLES IN SCHEMA pgmq TO portal_app, portal_system;
GRANT ALL ON ALL SEQUENCES IN SCHEMA pgmq TO portal_app, portal_system;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA pgmq TO portal_app, portal_system;
"""


def install_queue(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('pgmq.meta') IS NULL")
        if cursor.fetchone()[0]:
            cursor.execute(pgmq.install.get_embedded_install_sql())
        cursor.execute(QUEUE)


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(ROLES, migrations.RunSQL.noop),
        migrations.RunPython(install_queue, migrations.RunPython.noop),
    ]
