/* A module that does nothing but be loaded: it stands where Redis 8's official image has its own. */
int RedisModule_OnLoad(void *context, void **arguments, int count) {
    (void)arguments;
    (void)count;
    int (*get_api)(const char *, void *) = ((void **)context)[0];
    void (*set_attributes)(void *, const char *, int, int) = 0;
    if (get_api("RedisModule_SetModuleAttribs", &set_attributes) != 0) return 1;
    set_attributes(context, "standin", 1, 1);
    return 0;
}
