# What `cmake --install BUILD --component NAME` brings: runtime (the programs), sdk (headers for plugin authors, found by
# find_package(evenhand CONFIG) and by pkg-config evenhand-sdk), plugins (examples to begin from), docs.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS evenhand RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT runtime)
install(TARGETS evenhand-plugin-worker RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/evenhand COMPONENT runtime)

# The paths stay as they are here, so that an example of ours compiles anywhere: #include "plugins/sdk/plugin.h"
install(DIRECTORY plugins/abi plugins/sdk DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/evenhand-sdk/plugins COMPONENT sdk
        FILES_MATCHING PATTERN "*.h")
# Headers alone depend on no kind of computer, and neither do the files that find them.
set(sdk_cmake ${CMAKE_INSTALL_DATADIR}/cmake/evenhand)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/sdk/evenhand-config-version.cmake
                                 VERSION ${PROJECT_VERSION} COMPATIBILITY SameMajorVersion ARCH_INDEPENDENT)
configure_package_config_file(cmake/evenhand-config.cmake.in ${CMAKE_BINARY_DIR}/sdk/evenhand-config.cmake
                              INSTALL_DESTINATION ${sdk_cmake} PATH_VARS CMAKE_INSTALL_INCLUDEDIR
                              NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
configure_file(cmake/evenhand-sdk.pc.in ${CMAKE_BINARY_DIR}/sdk/evenhand-sdk.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/sdk/evenhand-config.cmake ${CMAKE_BINARY_DIR}/sdk/evenhand-config-version.cmake
        DESTINATION ${sdk_cmake} COMPONENT sdk)
install(FILES ${CMAKE_BINARY_DIR}/sdk/evenhand-sdk.pc DESTINATION ${CMAKE_INSTALL_DATADIR}/pkgconfig COMPONENT sdk)

install(DIRECTORY plugins/example plugins/packs DESTINATION ${CMAKE_INSTALL_DATADIR}/evenhand COMPONENT plugins)
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT docs)
