package loom.e2e.bench;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What engines are compared on. */
enum Contest {
    WASM {
        @Override
        List<Engine> engines() {
            return Engine.ALL;
        }

        @Override
        List<Engine> engines(Workload workload) {
            return workload.engines();
        }
    },

    WEBGPU {
        @Override
        List<Engine> engines() {
            return onGpu(Engine.ALL);
        }

        @Override
        List<Engine> engines(Workload workload) {
            return onGpu(workload.engines());
        }
    };

    /** Of the engines that are measured on WebGPU, too, the same there. */
    private static final Map<Engine, Engine> ON_GPU = Map.of(
            Engine.LOOM, Engine.LOOM_GPU,
            Engine.LOOM_IN_PAGE, Engine.LOOM_GPU_IN_PAGE,
            Engine.ORT, Engine.ORT_GPU,
            Engine.TFJS, Engine.TFJS_GPU);

    /** All of them. */
    abstract List<Engine> engines();

    /** Those that can do a workload. */
    abstract List<Engine> engines(Workload workload);

    private static List<Engine> onGpu(List<Engine> engines) {
        return engines.stream()
                .flatMap(engine -> Optional.ofNullable(ON_GPU.get(engine)).stream())
                .toList();
    }
}
