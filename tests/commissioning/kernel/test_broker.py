"""Queues inside PostgreSQL: real messages through kombu and PGMQ."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from kombu import Connection

from commissioning.kernel import broker


@pytest.fixture
def queues(db: None) -> Iterator[Connection]:
    found = Connection(
        settings.CELERY_BROKER_URL, transport=settings.CELERY_BROKER_TRANSPORT, transport_options=settings.CELERY_BROKER_TRANSPORT_OPTIONS
    )
    yield found
    found.release()
    broker.hang_up()


def test_message_arrives_once_and_is_gone_when_acknowledged(queues: Connection) -> None:
    queue = queues.SimpleQueue("test_of_the_broker")
    queue.clear()
    queue.put({"area": "West Kent"})
    message = queue.get(timeout=5)
    assert message.payload == {"area": "West Kent"}
    message.ack()
    with pytest.raises(queue.Empty):
        queue.get(block=False)
    assert queue.qsize() == 0
    queue.close()


def test_long_queue_names_are_shortened_always_to_the_same(queues: Connection) -> None:
    channel = queues.channel()
    long = "reply-" + "x" * 60
    assert channel.entity_name("celery") == "celery"
    assert len(channel.entity_name(long)) <= broker.LONGEST_QUEUE_NAME
    assert channel.entity_name(long) == channel.entity_name(long) != channel.entity_name(long + "y")


def test_queue_that_exists_is_not_made_again(queues: Connection) -> None:
    channel = queues.channel()
    channel._new_queue("celery")
    with channel.pgmq.pool.connection() as connection:
        assert connection.execute("SELECT count(*) FROM pgmq.meta WHERE queue_name = 'celery'").fetchone() == (1,)


def test_connections_of_one_process_share_one_pool(queues: Connection) -> None:
    first = queues.channel().pgmq
    with queues.clone() as other:
        assert other.channel().pgmq.pool is first.pool
