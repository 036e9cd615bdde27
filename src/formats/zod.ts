import { z } from "zod";

// Without `jitless` zod would make code from strings, which is not allowed where this runs. Before any schema is made.
z.config({ jitless: true });

export { z };
