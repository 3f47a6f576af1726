import java.util.Arrays;
import org.codelibs.opensearch.runner.OpenSearchRunner;

/**
 * One node of a cluster of several: NAME, HTTP PORT, FIRST, then the runner's own arguments.
 *
 * The runner calls each process's only node "Node 1" and makes it a cluster of its own, whatever
 * opensearch.yml says. FIRST is the name of the node that may found the cluster; the others join.
 */
class Member {
    public static void main(String[] args) throws Exception {
        OpenSearchRunner runner = new OpenSearchRunner();
        runner.onBuild((number, settings) -> {
            settings.put("node.name", args[0]);
            settings.put("http.port", args[1]);
            settings.put("discovery.type", "zen");
            settings.putList("cluster.initial_cluster_manager_nodes", args[2]);
        });
        try {
            runner.build(Arrays.copyOfRange(args, 3, args.length));
        } catch (RuntimeException error) {
            error.printStackTrace();
            System.exit(1);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                runner.close();
            } catch (java.io.IOException error) {
                error.printStackTrace();
            }
        }));
        Thread.currentThread().join();
    }
}
