include(CMakePackageConfigHelpers)
install(TARGETS rolecall EXPORT rolecallTargets FILE_SET HEADERS)
install(TARGETS rolecall_app)
install(EXPORT rolecallTargets NAMESPACE rolecall::
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/rolecall)
configure_package_config_file(cmake/rolecallConfig.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/rolecallConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/rolecall)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/rolecallConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/rolecallConfig.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/rolecallConfigVersion.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/rolecall)
